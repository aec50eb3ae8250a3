import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openArtifactFolder } from '@evidence/artifacts';
import { systemOn } from '@evidence/runtime/running-system';
import { withEventStore } from '../event-store.js';
import { CommandFailure, EXIT } from '../failure.js';
import { type Cell, columns, jsonLine } from '../output.js';
import { reportHistory } from '../prove/history.js';
import { provingKey } from '../prove/keys.js';
import { type Comparison, type ProvingParts, proveReport } from '../prove/prove.js';
import type { Surroundings } from '../surroundings.js';

const DEFAULT_PUBLIC_URL = 'http://127.0.0.1:8080';

/**
 * `evidence prove <report-id>`: rebuilds the report from its events alone, in a temporary folder that is removed, and compares every digest.
 * Appends, publishes and keeps nothing. Returns the exit code: 1 when a digest differs and nothing explains it.
 */
export async function prove(reportId: string, options: { json?: true }, surroundings: Surroundings): Promise<number> {
  const { stdout, stderr } = surroundings;
  const publicUrl = await publicUrlOf(surroundings);
  const folder = await mkdtemp(join(tmpdir(), 'evidence-prove-'));
  try {
    const startedAt = performance.now();
    const comparisons = await withEventStore(surroundings, async (store) => {
      const artifacts = await openArtifactFolder({ folder });
      const keyFor: ProvingParts['keyFor'] = (ready, at) => provingKey(ready, at, surroundings);
      return proveReport({ store, artifacts, publicUrl, keyFor }, await reportHistory(store, reportId));
    });
    if (comparisons.length === 0)
      throw new CommandFailure(`Report ${reportId} was never scoped, so there is nothing to prove.`);
    for (const one of options.json ? comparisons : []) stdout.write(jsonLine(documentOf(one)));
    if (!options.json) stdout.write(tableOf(comparisons, stdout));
    const wrong = comparisons.filter(isWrong).length;
    const same = comparisons.filter(({ because }) => because === undefined).length;
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    stderr.write(
      `${same} of ${comparisons.length} digests are the same, ${wrong} differ without explanation. Rebuilt from the events alone in ${seconds} s; nothing was written.\n`,
    );
    return wrong === 0 ? EXIT.ok : EXIT.failure;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A pack contains the URL of the keys, so the URL must be the one used when it was made. */
async function publicUrlOf({ env, root }: Surroundings): Promise<string> {
  if (env.PUBLIC_URL) return env.PUBLIC_URL.replace(/\/$/, '');
  const system = await systemOn(resolve(root, env.DATA_DIR || '.data'));
  return system?.url ?? DEFAULT_PUBLIC_URL;
}

const isWrong = ({ because, isExplained }: Comparison): boolean => because !== undefined && !isExplained;

const verdictOf = (one: Comparison): string => {
  if (one.because === undefined) return 'same';
  if (!one.isExplained) return 'other';
  return one.made === undefined ? 'not_compared' : 'explained';
};

const documentOf = (one: Comparison) => ({
  what: one.what,
  recorded_sha256: one.recorded,
  made_sha256: one.made ?? null,
  verdict: verdictOf(one),
  ...(one.because !== undefined && { because: one.because }),
});

function tableOf(comparisons: readonly Comparison[], stdout: NodeJS.WriteStream): string {
  const heading = ['WHAT', 'RECORDED SHA-256', 'VERDICT', 'REASON'].map((text): Cell => ({ text, style: 'dim' }));
  const rows = comparisons.map((one): (string | Cell)[] => {
    const style = one.because === undefined ? 'green' : one.isExplained ? 'yellow' : 'red';
    const verdict = verdictOf(one);
    return [one.what, one.recorded, { text: verdict === 'other' ? 'differs' : verdict, style }, one.because ?? ''];
  });
  return columns([heading, ...rows], stdout);
}
