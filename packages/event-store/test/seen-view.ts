import { afterEach, beforeEach } from 'vitest';
import type { EventStore, RecordedEvent } from '../src/index.js';
import { openSqliteEventStore } from '../src/sqlite/sqlite-event-store.js';
import {
  openViewFile,
  type Projection,
  type ProjectionOptions,
  startProjection,
  type ViewFile,
} from '../src/view/index.js';

/** For each test, a store in memory and a view of the types that it has seen, kept up to date by at most one projection at a time. */
export class SeenView {
  store!: EventStore;
  projection!: Projection;
  #view!: ViewFile;

  constructor() {
    beforeEach(() => {
      this.store = openSqliteEventStore({ file: ':memory:', now: () => new Date('2026-01-31T12:00:00Z') });
      this.#view = openViewFile({ file: ':memory:', schemaVersion: 1, schema: 'create table seen (type text) strict' });
    });
    afterEach(async () => {
      await this.projection.stop();
      this.#view.close();
      await this.store.close();
    });
  }

  async start(options: Partial<ProjectionOptions<RecordedEvent>>): Promise<void> {
    this.projection = startProjection({
      store: this.store,
      view: this.#view,
      apply: ({ type }, db) => void db.prepare('insert into seen values (?)').run(type),
      ...options,
    });
    await this.projection.caughtUp;
  }

  readonly count = (): number => Number(this.#view.db.prepare('select count(*) as count from seen').get()?.count);
}
