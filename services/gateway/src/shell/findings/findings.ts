import { type Finding, type FindingPage, type ImportFindings, type ImportResult, streamOf } from '@evidence/contracts';
import type { EventLog } from '@evidence/event-store/log';
import type { Projection } from '@evidence/event-store/view';
import { findingStatusDecider, foreseen, type ImportResult as Recorded, statusNamed } from '@evidence/findings';
import { importScan, type StatedTarget } from '@evidence/findings/parse';
import { claimFix, recordScan } from '@evidence/findings/record';
import type { Frameworks } from '@evidence/frameworks';
import type { Caller } from '../../core/access/authenticate.js';
import { acceptBody, acceptQuery } from '../../core/call/accept.js';
import { actorOf, type Call } from '../../core/call/call.js';
import { nextCursorOf, pageRequestOf } from '../../core/call/page.js';
import { Problem } from '../../core/call/problem.js';
import { incompleteOf, rebuilding } from '../../core/call/rebuilding.js';
import type { Seal } from '../../core/call/seal.js';
import { sentences } from '../../core/call/sentences.js';
import { type FindingRecord, findingOf, findingRowOf } from '../../core/findings/finding-record.js';
import { importProblemOf } from '../../core/findings/import-problem.js';
import type { FindingsView } from '../../ports.js';
import type { Room } from '../call/room.js';
import { untilReadable, type Writer } from '../call/writer.js';

export interface FindingsParts {
  readonly view: FindingsView;
  readonly projection: Projection;
  readonly store: EventLog;
  readonly writer: Writer;
  readonly room: Room;
  readonly frameworks: Frameworks;
  readonly seal: Seal;
  readonly importBytesMax: number;
  readonly now: () => Date;
}

/** The use cases of findings: list, look up, import, and change their status. */
export class Findings {
  constructor(private readonly parts: FindingsParts) {}

  get(caller: Caller, findingId: string): Finding {
    return findingOf(this.#find(caller, findingId), this.parts.view.history(findingId));
  }

  list({ tenant }: Caller, query: Readonly<Record<string, unknown>>): FindingPage {
    const { view, seal } = this.parts;
    const asked = acceptQuery('ListFindings.v1', query);
    const { limit, cursor, severity, status, scan_id: scanId, endpoint_id: endpointId } = asked;
    const owner = { list: 'findings', tenant } as const;
    const filter = { severity, status, scanId, endpointId };
    const page = view.list(tenant, filter, pageRequestOf({ limit, cursor }, owner, seal));
    const incomplete = incompleteOf(this.parts.projection.behind());
    return { data: page.rows.map(findingRowOf), ...incomplete, next_cursor: nextCursorOf(page, owner, seal) };
  }

  /**
   * Records the scan in `file` and its findings, skipping what is already recorded. A dry run only reports what would be recorded. Throws `Problem`
   * for a file that cannot be used, or for which there is no room.
   */
  async import(
    call: Call,
    query: Readonly<Record<string, unknown>>,
    file: AsyncIterable<Uint8Array>,
  ): Promise<ImportResult> {
    const { store, projection, writer, room, frameworks, importBytesMax: fileBytesMax, now } = this.parts;
    const asked = acceptQuery('ImportFindings.v1', query);
    const { format, endpoint_id: endpointId, strict, dry_run: dryRun, pass_when: passWhen } = asked;
    const { owasp_llm_edition: owaspLlmEdition, started_at: startedAt } = asked;
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
      startedAt,
    };
    const upload = new Upload(file, room);
    await using imported = await importScan(upload, about).catch((error: unknown) => {
      throw upload.problem ?? importProblemOf(error, fileBytesMax);
    });
    if (dryRun === 'true') return importResultOf(await foreseen(imported), true);
    const { scanId, counts } = imported.scan;
    using _ = room.requireForScan(tenant, scanId, counts.recorded);
    const provenance = writer.provenance(call, scanId);
    const result = await recordScan({ store: room.watching(store), imported, provenance });
    await untilReadable(projection, await store.head());
    return importResultOf(result, false);
  }

  /** Records a decision about a finding. The same status again changes nothing. */
  async change(call: Call, findingId: string, body: unknown): Promise<Finding> {
    const { store, projection, writer, now } = this.parts;
    const { recorded } = this.#find(call.caller, findingId);
    const { status, reason } = acceptBody('ChangeFinding.v1', body);
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
    const behind = this.parts.projection.behind();
    if (behind) throw rebuilding('findings', behind, 'this finding');
    throw new Problem('finding_not_found', sentences.noSuchFinding);
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
  const { scanId, format, counts, evaluations, run, refs, findingsWithoutControl, unresolvedTags, unreadMembers } =
    result;
  return {
    scan_id: scanId,
    format,
    dry_run: dryRun,
    counts,
    evaluations,
    run,
    refs,
    findings_without_control: findingsWithoutControl,
    unresolved_tags: unresolvedTags,
    unread_members: unreadMembers,
    discrepancies: result.discrepancies,
    warnings: [...result.warnings],
  };
}

/** A file as it arrives, and the problem that interrupted it: the importer only reports that it could not be read to the end. */
class Upload implements AsyncIterable<Uint8Array> {
  problem: Problem | undefined;

  constructor(
    private readonly file: AsyncIterable<Uint8Array>,
    private readonly room: Pick<Room, 'requireForImport'>,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      // The disk is checked for every chunk, because the importer writes what it has read to it.
      await this.room.requireForImport();
      for await (const piece of this.file) {
        await this.room.requireForImport();
        yield piece;
      }
    } catch (error) {
      if (error instanceof Problem) this.problem = error;
      throw error;
    }
  }
}
