import { type Finding, type FindingPage, type ImportFindings, type ImportResult, streamOf } from '@evidence/contracts';
import type { EventStore, Projection } from '@evidence/event-store';
import {
  claimFix,
  findingStatusDecider,
  foreseen,
  importScan,
  type ImportResult as Recorded,
  recordScan,
  type StatedTarget,
  statusNamed,
} from '@evidence/findings';
import type { Frameworks } from '@evidence/frameworks';
import { acceptBody, acceptQuery } from '../core/accept.js';
import type { Caller } from '../core/authenticate.js';
import { cursorAt, placeOf } from '../core/cursor.js';
import { type FindingRecord, findingOf, findingRowOf } from '../core/finding-record.js';
import { importProblemOf } from '../core/import-problem.js';
import { Problem } from '../core/problem.js';
import type { Seal } from '../core/seal.js';
import type { FindingsView } from '../ports.js';
import type { Call } from './http/route.js';
import { PAGE_LIMIT_DEFAULT } from './reports.js';
import { actorOf, untilReadable, type Writer } from './writer.js';

export interface FindingsParts {
  readonly view: FindingsView;
  readonly projection: Projection;
  readonly store: EventStore;
  readonly writer: Writer;
  readonly frameworks: Frameworks;
  readonly seal: Seal;
  readonly importBytesMax: number;
  readonly now: () => Date;
}

/** Looking at findings, importing them, deciding about them. */
export class Findings {
  constructor(private readonly parts: FindingsParts) {}

  get(caller: Caller, findingId: string): Finding {
    return findingOf(this.#find(caller, findingId), this.parts.view.history(findingId));
  }

  list({ tenant }: Caller, query: Readonly<Record<string, unknown>>): FindingPage {
    const { view, seal } = this.parts;
    const asked = acceptQuery('ListFindings', query);
    const { limit = PAGE_LIMIT_DEFAULT, cursor, severity, status, scan_id: scanId, endpoint_id: endpointId } = asked;
    const owner = { list: 'findings', tenant } as const;
    const after = cursor === undefined ? undefined : placeOf(cursor, owner, seal);
    const { rows, next } = view.list(tenant, { severity, status, scanId, endpointId }, { limit, after });
    return { data: rows.map(findingRowOf), next_cursor: next === undefined ? null : cursorAt(next, owner, seal) };
  }

  /**
   * Records the scan in `file` and its findings; what is recorded already is skipped. A dry run only says what there is to record.
   * Throws `Problem` for a file that cannot be used.
   */
  async import(
    call: Call,
    query: Readonly<Record<string, unknown>>,
    file: AsyncIterable<Uint8Array>,
  ): Promise<ImportResult> {
    const { store, projection, writer, frameworks, importBytesMax: fileBytesMax, now } = this.parts;
    const asked = acceptQuery('ImportFindings', query);
    const { format, endpoint_id: endpointId, strict, dry_run: dryRun, pass_when: passWhen } = asked;
    const { owasp_llm_edition: owaspLlmEdition } = asked;
    const { tenant } = call.caller;
    const about = {
      format,
      tenant,
      endpointId,
      importedAt: now().toISOString(),
      frameworks,
      owaspLlmEdition,
      fileBytesMax,
      strict: strict === 'true',
      target: statedTarget(asked),
      passWhen,
    };
    const upload = new Upload(file);
    await using imported = await importScan(upload, about).catch((error: unknown) => {
      throw upload.problem ?? importProblemOf(error, fileBytesMax);
    });
    if (dryRun === 'true') return importResultOf(await foreseen(imported), true);
    const provenance = writer.provenance(call, imported.scan.scanId);
    const result = await recordScan({ store, imported, provenance });
    await untilReadable(projection, await store.head());
    return importResultOf(result, false);
  }

  /** Puts a decision about a finding on record. The same status again changes nothing. */
  async change(call: Call, findingId: string, body: unknown): Promise<Finding> {
    const { store, projection, writer, now } = this.parts;
    const { recorded } = this.#find(call.caller, findingId);
    const { status, reason } = acceptBody('ChangeFinding', body);
    const decision = { findingId, tenant: recorded.tenant, bornAs: recorded.status, status };
    const made = {
      changedAt: now().toISOString(),
      changedBy: actorOf(call),
      ...(reason === undefined ? {} : { reason }),
    };
    if (statusNamed(status) === 'fixed') await claimFix(store, recorded, writer.provenance(call, findingId));
    const { position } = await writer.write({
      stream: streamOf.finding(findingId),
      decider: findingStatusDecider,
      command: { type: 'ChangeFindingStatus', data: { ...decision, ...made } },
      correlationId: findingId,
      call,
    });
    await untilReadable(projection, position);
    return this.get(call.caller, findingId);
  }

  #find({ tenant }: Caller, findingId: string): FindingRecord {
    const record = this.parts.view.find(tenant, findingId);
    if (record) return record;
    throw new Problem('finding_not_found', 'There is no such finding: see GET /api/v2/findings for those there are.');
  }
}

function statedTarget(asked: ImportFindings): StatedTarget {
  const { model, provider, model_version, system_prompt_sha256, tools_sha256 } = asked;
  return {
    ...(provider !== undefined && { provider }),
    ...(model !== undefined && { model }),
    ...(model_version !== undefined && { modelVersion: model_version }),
    ...(system_prompt_sha256 !== undefined && { systemPromptSha256: system_prompt_sha256 }),
    ...(tools_sha256 !== undefined && { toolsSha256: tools_sha256 }),
  };
}

function importResultOf(result: Recorded, dryRun: boolean): ImportResult {
  const { scanId, format, counts, evaluations, run, refs, unresolvedTags, unreadMembers } = result;
  return {
    scan_id: scanId,
    format,
    dry_run: dryRun,
    counts,
    evaluations,
    run,
    refs,
    unresolved_tags: unresolvedTags,
    unread_members: unreadMembers,
    discrepancies: result.discrepancies,
    warnings: [...result.warnings],
  };
}

/** A file as it arrives, and what kept it from arriving: the importer says only that it could not be read to its end. */
class Upload implements AsyncIterable<Uint8Array> {
  problem: Problem | undefined;

  constructor(private readonly file: AsyncIterable<Uint8Array>) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      yield* this.file;
    } catch (error) {
      if (error instanceof Problem) this.problem = error;
      throw error;
    }
  }
}
