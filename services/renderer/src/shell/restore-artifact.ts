import type { ArtifactStore } from '@evidence/artifacts';
import type { Reteller } from '@evidence/bus';
import type { ReportReady } from '@evidence/contracts';
import type { EventLog } from '@evidence/event-store/log';
import { RENDERER_VERSION } from '@evidence/rendering';
import { isLostCode, isWhole, remadeAfter } from '@evidence/report/snapshots';
import { type Cause, decideOnReport, type MadeReport, type ReportWriter, readMade } from '@evidence/report/stage';
import { type Logger, remember } from '@evidence/runtime';
import { type KeyRing, SigningError } from '@evidence/signing';
import {
  type FileKind,
  type Obstacle,
  obstacleTo,
  type RestoringCommand,
  restoring,
  sentenceOf,
} from '../core/restoring.js';
import { type ArtifactMaker, type MadeArtifact, NoArtifact } from '../ports.js';

/** After this time, the earlier stages are considered unable to rebuild the snapshots; the reason is with the message that they park. */
const SNAPSHOTS_WAIT_MS = 5 * 60_000;
const WAITING_MAX = 10_000;
const KINDS: readonly FileKind[] = ['artifact', 'attestation'];

export interface RestoreParts {
  readonly store: EventLog;
  readonly artifacts: ArtifactStore;
  readonly maker: ArtifactMaker;
  /** The key in use at that instant; undefined: none. */
  readonly keyIdAt: (instant: Date) => string | undefined;
  /** Asks an earlier stage to rebuild a missing snapshot. */
  readonly retell: Reteller['retell'];
  readonly logger: Pick<Logger, 'warn' | 'info'>;
  readonly now: () => Date;
}

/** Restores files of a ready report that are gone or damaged, or records that they are lost and why. */
export class RestoreArtifact {
  readonly #writer: ReportWriter;
  readonly #waitingSince = new Map<string, number>();
  /** By report, so that two requests for the same file make it only once. */
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(private readonly parts: RestoreParts) {
    const { store, now } = parts;
    this.#writer = { store, actor: 'service:renderer', now };
  }

  /**
   * Does nothing for a report that is not ready, or whose files are complete and recorded as such. Rejects with `NoArtifact` while they may still be
   * restored, so that the bus retries.
   */
  handle(cause: Cause): Promise<void> {
    const { reportId } = cause;
    const restoring =
      this.#underWay.get(reportId) ?? this.#restore(cause).finally(() => this.#underWay.delete(reportId));
    this.#underWay.set(reportId, restoring);
    return restoring;
  }

  async #restore(cause: Cause): Promise<void> {
    const made = await readMade(this.parts.store, cause.reportId);
    if (!made) return;
    const { tenant } = made.life.request;
    const { ready, lost } = made.life;
    const gone = await this.#goneOf(tenant, ready);
    if (gone.length > 0) return this.#makeAgain(made, gone, cause);
    if (lost) await this.#record(made, { how: 'put_back', kinds: lost.blobs.map(({ kind }) => kind) }, cause);
  }

  async #makeAgain(report: MadeReport, gone: readonly FileKind[], cause: Cause): Promise<void> {
    const { ready } = report.life;
    const { keyIdAt, artifacts } = this.parts;
    const means = {
      rendererVersion: RENDERER_VERSION,
      keyId: keyIdAt(new Date(report.life.scoped.dataAsOf.at)),
    };
    const obstacle = obstacleTo(gone, ready, means);
    const made = obstacle ?? (await this.#make(report));
    if ('missing' in made) return this.#lose(report, gone, made, cause);
    const { tenant } = report.life.request;
    const strange = KINDS.filter((kind) => made[kind].sha256 !== ready[kind].sha256);
    for (const kind of strange) await artifacts.remove(tenant, made[kind].sha256);
    if (strange.some((kind) => gone.includes(kind))) {
      const sentence = `Made again, it has the SHA-256 ${made.artifact.sha256}, so a setting has changed, such as PUBLIC_URL`;
      return this.#lose(report, gone, { missing: 'settings', sentence }, cause);
    }
    const isReady = await this.#record(report, { how: 'made_again', kinds: gone }, cause);
    // The report has expired and was pruned in the meantime: nothing else refers to these files.
    if (!isReady) for (const kind of KINDS) await artifacts.remove(tenant, ready[kind].sha256);
  }

  /** Without time-stamps, even if they are configured, because the original ones cannot be reproduced. */
  async #make({ life: { request, scoped, mapped } }: MadeReport): Promise<MadeArtifact | Obstacle> {
    const { reportId } = request;
    try {
      const made = await this.parts.maker.make({ request, scoped, mapped, level: 'B-B' });
      this.#waitingSince.delete(reportId);
      return made;
    } catch (error) {
      if (!(error instanceof NoArtifact)) throw error;
      const { fault, code, message } = error;
      if (isLostCode(code)) {
        await this.parts.retell(reportId, remadeAfter[code]);
        if (this.#mayStillCome(reportId)) throw error;
        return {
          missing: 'snapshots',
          sentence: 'The snapshots that it was made from are lost, and the log gives different ones',
        };
      }
      if (fault === 'passing') throw error;
      return { missing: 'making', sentence: `It cannot be made again: ${message}` };
    }
  }

  #mayStillCome(reportId: string): boolean {
    const nowMs = this.parts.now().getTime();
    const sinceMs = this.#waitingSince.get(reportId);
    if (sinceMs === undefined) remember(this.#waitingSince, reportId, nowMs, WAITING_MAX);
    return nowMs - (sinceMs ?? nowMs) < SNAPSHOTS_WAIT_MS;
  }

  async #goneOf(tenant: string, ready: ReportReady): Promise<readonly FileKind[]> {
    const gone: FileKind[] = [];
    for (const kind of KINDS) if (!(await isWhole(this.parts.artifacts, tenant, ready[kind].sha256))) gone.push(kind);
    return gone;
  }

  async #lose(report: MadeReport, gone: readonly FileKind[], obstacle: Obstacle, cause: Cause): Promise<void> {
    const { reportId } = report.life.request;
    const message = sentenceOf(obstacle);
    const { missing } = obstacle;
    const foundAt = this.parts.now().toISOString();
    const data = { reportId, foundAt, blobs: blobsOf(report, gone), missing, message };
    await this.#decide(report, { type: 'RecordLost', data }, cause);
    this.#waitingSince.delete(reportId);
    this.parts.logger.warn({ reportId, missing }, message);
  }

  /** Whether the report is still ready. */
  async #record(
    report: MadeReport,
    { how, kinds }: { readonly how: 'made_again' | 'put_back'; readonly kinds: readonly FileKind[] },
    cause: Cause,
  ): Promise<boolean> {
    const { reportId } = report.life.request;
    const restoredAt = this.parts.now().toISOString();
    const data = { reportId, restoredAt, blobs: blobsOf(report, kinds), how };
    const { state } = await this.#decide(report, { type: 'RecordRestored', data }, cause);
    this.parts.logger.info({ reportId, how, blobs: data.blobs }, 'files of a ready report were restored');
    return state.phase === 'ready';
  }

  /** The cause is the last event about the files: the same news, delivered again, is recorded once, but new damage is recorded again. */
  #decide({ toldBy }: MadeReport, command: RestoringCommand, cause: Cause) {
    return decideOnReport(this.#writer, restoring, command, { ...cause, eventId: toldBy });
  }
}

const blobsOf = ({ life: { ready } }: MadeReport, kinds: readonly FileKind[]) =>
  kinds.map((kind) => ({ kind, sha256: ready[kind].sha256 }));

/** The key in use at `instant`, if there is one. */
export function keyIdIn(keys: KeyRing, instant: Date): string | undefined {
  try {
    return keys.activeAt(instant).keyId;
  } catch (error) {
    if (error instanceof SigningError) return undefined;
    throw error;
  }
}
