import { join } from 'node:path';
import {
  type EventStore,
  type Filter,
  type Projection,
  type RecordedEvent,
  startProjection,
  type ViewFile,
} from '@evidence/event-store';
import { AuditInViewFile } from '../adapters/views/audit-in-view-file.js';
import { FindingsInViewFile } from '../adapters/views/findings-in-view-file.js';
import { ReportsInViewFile } from '../adapters/views/reports-in-view-file.js';
import { TokensInViewFile } from '../adapters/views/tokens-in-view-file.js';

/** A view of the log in a file of its own. */
interface Following {
  readonly filter: Filter;
  readonly file: ViewFile;
  apply(event: RecordedEvent): void;
}

interface Followed<View> {
  readonly view: View;
  readonly projection: Projection;
}

/**
 * What the gateway answers from. One file each, so that a long import keeps no revocation waiting, and a change of one schema rebuilds one.
 */
export class Views {
  readonly reports: Followed<ReportsInViewFile>;
  readonly findings: Followed<FindingsInViewFile>;
  readonly tokens: Followed<TokensInViewFile>;
  readonly audit: Followed<AuditInViewFile>;
  readonly #caughtUp = new Set<string>();

  /** Opens the files in `folder` and follows the log from where each is. */
  constructor(folder: string, store: EventStore) {
    const fileOf = (name: string) => join(folder, `${name}.sqlite`);
    this.reports = this.#follow('reports', new ReportsInViewFile(fileOf('reports')), store);
    this.findings = this.#follow('findings', new FindingsInViewFile(fileOf('findings')), store);
    this.tokens = this.#follow('tokens', new TokensInViewFile(fileOf('tokens')), store);
    this.audit = this.#follow('audit', new AuditInViewFile(fileOf('audit')), store);
  }

  /** Resolves when all have once seen the end of the log. */
  async caughtUp(): Promise<void> {
    await Promise.all(this.#all().map(([, { projection }]) => projection.caughtUp));
  }

  /** Views that have not yet seen the end of the log, as `view:<name>`. */
  behind(): readonly string[] {
    return this.#all().flatMap(([name]) => (this.#caughtUp.has(name) ? [] : [`view:${name}`]));
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

  #follow<View extends Following>(name: string, view: View, store: EventStore): Followed<View> {
    const { filter, file } = view;
    const projection = startProjection({ store, filter, view: file, apply: (event) => view.apply(event) });
    void projection.caughtUp.then(
      () => this.#caughtUp.add(name),
      () => undefined,
    );
    return { view, projection };
  }

  #all(): readonly (readonly [string, Followed<Following>])[] {
    const { reports, findings, tokens, audit } = this;
    return Object.entries({ reports, findings, tokens, audit });
  }
}
