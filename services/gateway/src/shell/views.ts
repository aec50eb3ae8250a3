import { join } from 'node:path';
import type { Filter, RecordedEvent, UnreadableEvent } from '@evidence/event-store';
import type { EventLog } from '@evidence/event-store/log';
import { type Projection, startProjection, type ViewFile } from '@evidence/event-store/view';
import type { Logger } from '@evidence/runtime';
import { otherLogWarnings, tellOtherLog } from '@evidence/stage';
import { AuditInViewFile } from '../adapters/views/audit-in-view-file.js';
import { FindingsInViewFile } from '../adapters/views/findings-in-view-file.js';
import { ReportsInViewFile } from '../adapters/views/reports-in-view-file.js';
import { TokensInViewFile } from '../adapters/views/tokens-in-view-file.js';

/** A view of the log in its own file. */
interface Following {
  readonly filter: Filter;
  /** See `ProjectionOptions`. */
  readonly patient?: { readonly types: readonly string[]; readonly ms: number };
  readonly file: ViewFile;
  apply(event: RecordedEvent): void;
  /** Writes what `apply` has collected. */
  beforeCommit?(): void;
  /** Marks what cannot be relied on because an event could not be read. */
  applyUnreadable?(event: UnreadableEvent): void;
}

interface Followed<View> {
  readonly view: View;
  readonly projection: Projection;
}

/**
 * The views that the gateway reads from. One file each, so that a long import does not delay a revocation, and a change of one schema rebuilds one view.
 */
export class Views {
  readonly reports: Followed<ReportsInViewFile>;
  readonly findings: Followed<FindingsInViewFile>;
  readonly tokens: Followed<TokensInViewFile>;
  readonly audit: Followed<AuditInViewFile>;

  /** Opens the files in `folder`, and follows the log from the checkpoint of each. */
  constructor(
    folder: string,
    store: EventLog,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {
    const fileOf = (name: string) => join(folder, `${name}.sqlite`);
    this.reports = this.#follow('reports', new ReportsInViewFile(fileOf('reports')), store);
    this.findings = this.#follow('findings', new FindingsInViewFile(fileOf('findings')), store);
    this.tokens = this.#follow('tokens', new TokensInViewFile(fileOf('tokens')), store);
    this.audit = this.#follow('audit', new AuditInViewFile(fileOf('audit')), store);
  }

  /** Resolves when every view has reached the end of the log once. */
  async caughtUp(): Promise<void> {
    await Promise.all(this.#all().map(([, { projection }]) => projection.caughtUp));
  }

  /** The views that have not yet reached the end of the log, or are being rebuilt, as `view:<name>`. */
  behind(): readonly string[] {
    return this.progress().map(({ part }) => part);
  }

  /** The progress of those views. */
  progress(): readonly { readonly part: string; readonly percent: number }[] {
    return this.#all().flatMap(([name, { projection }]) => {
      const behind = projection.behind();
      return behind ? [{ part: `view:${name}`, percent: behind.percent }] : [];
    });
  }

  /** The warnings about views that were built from another log. */
  warnings(): Readonly<Record<string, string>> {
    return otherLogWarnings(Object.fromEntries(this.#all()));
  }

  /** How many unreadable events each skipped. */
  quarantined(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#all().map(([name, { view }]) => [name, view.file.quarantine.count()]));
  }

  /** Settles only if a view can no longer be kept: rejects with the cause. */
  failed(): Promise<never> {
    const failing = this.#all().map(([, { projection }]) => projection.failed);
    return Promise.race(failing).then((cause) => Promise.reject(cause));
  }

  async close(): Promise<void> {
    for (const [, { projection, view }] of this.#all()) {
      await projection.stop();
      view.file.close();
    }
  }

  #follow<View extends Following>(name: string, view: View, store: EventLog): Followed<View> {
    const { filter, file, patient } = view;
    const projection = startProjection({
      name,
      store,
      filter,
      ...(patient && { patient }),
      view: file,
      apply: (event) => view.apply(event),
      beforeCommit: () => view.beforeCommit?.(),
      applyUnreadable: (event) => view.applyUnreadable?.(event),
      onOtherLog: tellOtherLog(name, this.logger),
    });
    return { view, projection };
  }

  #all(): readonly (readonly [string, Followed<Following>])[] {
    const { reports, findings, tokens, audit } = this;
    return Object.entries({ reports, findings, tokens, audit });
  }
}
