import type { StatementSync } from 'node:sqlite';
import type { EventOf } from '@evidence/contracts';
import { openViewFile, type RecordedEvent, type ViewFile } from '@evidence/event-store';
import type { KnownToken } from '../../core/authenticate.js';
import type { TokensView } from '../../ports.js';

/** Raise with every change of the schema or of what `KnownToken` holds: the view is then built anew. */
const SCHEMA_VERSION = 2;

const SCHEMA = `
  create table token (sha256 text primary key, id text not null unique, known text not null) strict, without rowid;
`;

/** Tokens by their hash, in a SQLite file. A revoked one is kept: it is answered as one that never was, and its tenant sees who tried. */
export class TokensInViewFile implements TokensView {
  readonly filter = { typePrefixes: ['ApiTokenMinted', 'ApiTokenRevoked'] };
  readonly file: ViewFile;
  readonly #byHash: StatementSync;
  readonly #put: StatementSync;
  readonly #revoke: StatementSync;

  constructor(path: string) {
    this.file = openViewFile({ file: path, schemaVersion: SCHEMA_VERSION, schema: SCHEMA });
    this.#byHash = this.file.db.prepare('select known from token where sha256 = ?');
    this.#put = this.file.db.prepare('insert or ignore into token (sha256, id, known) values (?, ?, ?)');
    this.#revoke = this.file.db.prepare(
      "update token set known = json_set(known, '$.grant.revokedAt', ?) where id = ?",
    );
  }

  /** For the projection, inside its transaction. */
  apply({ type, data }: RecordedEvent): void {
    const event = { type, data } as EventOf<'ApiTokenMinted' | 'ApiTokenRevoked'>;
    switch (event.type) {
      case 'ApiTokenMinted': {
        const { tokenId, tenant, sha256, scopes, expiresAt, allowedCidrs } = event.data;
        const grant = { scopes, ...(expiresAt && { expiresAt }), ...(allowedCidrs && { allowedCidrs }) };
        const known: KnownToken = { tokenId, tenant, grant };
        this.#put.run(sha256, tokenId, JSON.stringify(known));
        break;
      }
      case 'ApiTokenRevoked':
        this.#revoke.run(event.data.revokedAt, event.data.tokenId);
        break;
    }
  }

  find(sha256: string): KnownToken | undefined {
    const row = this.#byHash.get(sha256);
    return row && (JSON.parse(String(row.known)) as KnownToken);
  }
}
