import type { ArtifactStore } from '@evidence/artifacts';
import type { ReportReady } from '@evidence/contracts';
import { Refusal } from '@evidence/decider';
import type { EventLog } from '@evidence/event-store/log';
import { RENDERER_VERSION } from '@evidence/rendering';
import type { ReportHistory } from './history.js';
import type { ProvingKey } from './keys.js';
import { rebuildArtifact, rebuildMapping, rebuildScope } from './rebuild.js';

/** One digest of the report, and what came out when it was rebuilt from the events. */
export interface Comparison {
  readonly what: 'scope' | 'mapping' | 'content' | 'artifact' | 'attestation';
  readonly recorded: string;
  /** Undefined: it could not be rebuilt. */
  readonly made?: string;
  /** Why it differs, or was not rebuilt. Undefined: it is the same. */
  readonly because?: string;
  /** True: `because` explains the difference, which is no evidence against the report. */
  readonly isExplained?: true;
}

export interface ProvingParts {
  readonly store: EventLog;
  /** Empty at first; holds what is rebuilt, and is thrown away afterwards. */
  readonly artifacts: ArtifactStore;
  readonly publicUrl: string;
  readonly keyFor: (ready: ReportReady, at: Date) => Promise<ProvingKey>;
}

/**
 * Rebuilds a report from its events alone and compares every digest that they recorded, up to the stage the report reached. Each stage continues
 * from what was rebuilt and not from what is stored, so that no difference is hidden by the next stage.
 */
export async function proveReport(parts: ProvingParts, history: ReportHistory): Promise<Comparison[]> {
  const { store, artifacts } = parts;
  const { request, scoped, mapped, ready } = history;
  if (!scoped) return [];
  const scope = await rebuildScope(store, artifacts, request, scoped);
  const comparisons = [compared('scope', scoped.snapshot.sha256, scope.snapshot.sha256)];
  if (!mapped) return comparisons;
  if (scope.snapshot.sha256 !== scoped.snapshot.sha256)
    return [...comparisons, ...notMade(history, 'it is made from the scope, which differs')];
  const mapping = await rebuildMapping(artifacts, request, scoped, mapped).catch((error: unknown) => {
    if (error instanceof Refusal) return error.message;
    throw error;
  });
  if (typeof mapping === 'string') return [...comparisons, ...notMade(history, mapping, true)];
  comparisons.push(compared('mapping', mapped.snapshot.sha256, mapping.sha256));
  if (mapping.sha256 !== mapped.snapshot.sha256)
    return [
      ...comparisons,
      ...notMade({ request, ...(ready && { ready }) }, 'it is made from the mapping, which differs'),
    ];
  if (ready) comparisons.push(...(await provenArtifact(parts, { ...history, scoped, mapped, ready })));
  return comparisons;
}

async function provenArtifact(
  { artifacts, publicUrl, keyFor }: ProvingParts,
  { request, scoped, mapped, ready }: Required<ReportHistory>,
): Promise<Comparison[]> {
  const key = await keyFor(ready, new Date(scoped.dataAsOf.at));
  const parts = { artifacts, publicUrl, keys: { activeAt: () => key.signer } };
  // A PDF cannot be signed without the key; its data, which the JSON is, can be made.
  const format = key.kind === 'private' ? request.format : 'json';
  const made = await rebuildArtifact(parts, { ...request, format }, scoped, mapped);
  const isOther = ready.rendererVersion !== RENDERER_VERSION;
  const renderer = `it was made by renderer version ${ready.rendererVersion}, and this is version ${RENDERER_VERSION}`;
  const level = ready.signature.level ?? 'B-B';
  const explained = (recorded: string, what: 'artifact' | 'attestation', madeSha256: string): Comparison => {
    if (recorded === madeSha256) return { what, recorded, made: madeSha256 };
    if (format !== request.format && key.kind === 'none')
      return { what, recorded, because: key.because, isExplained: true };
    if (what === 'attestation' && key.kind === 'none')
      return { what, recorded, because: key.because, isExplained: true };
    if (isOther) return { what, recorded, made: madeSha256, because: renderer, isExplained: true };
    if (level !== 'B-B') {
      const because = `a PDF of level ${level} has time-stamps, which cannot be reproduced: evidence verify checks those in the file`;
      return { what, recorded, because, isExplained: true };
    }
    if (key.signer.algorithm === 'ES256') {
      const because = 'each ES256 signature is different: evidence verify checks the one in the file';
      return { what, recorded, because, isExplained: true };
    }
    return { what, recorded, made: madeSha256, because: 'rebuilding it from the log gives different bytes' };
  };
  return [
    ...(ready.contentSha256
      ? [compared('content', ready.contentSha256, made.contentSha256, isOther ? renderer : undefined)]
      : []),
    explained(ready.artifact.sha256, 'artifact', made.artifact.sha256),
    explained(ready.attestation.sha256, 'attestation', made.attestation.sha256),
  ];
}

function compared(what: Comparison['what'], recorded: string, made: string, explanation?: string): Comparison {
  if (recorded === made) return { what, recorded, made };
  if (explanation) return { what, recorded, made, because: explanation, isExplained: true };
  return { what, recorded, made, because: 'rebuilding it from the log gives a different digest' };
}

/** Everything that follows, with the reason why it was not rebuilt. */
function notMade({ mapped, ready }: ReportHistory, because: string, isExplained?: true): Comparison[] {
  const rest: Comparison[] = [];
  const add = (what: Comparison['what'], recorded: string | undefined) =>
    recorded && rest.push({ what, recorded, because, ...(isExplained && { isExplained }) });
  add('mapping', mapped?.snapshot.sha256);
  add('content', ready?.contentSha256);
  add('artifact', ready?.artifact.sha256);
  add('attestation', ready?.attestation.sha256);
  return rest;
}
