import type { StatementSync } from 'node:sqlite';
import { streamOf } from '@evidence/contracts';
import type { UnreadableEvent } from '@evidence/event-store';
import { type LogEvent } from '@evidence/event-store/log';
import { openViewFile, type ViewFile } from '@evidence/event-store/view';
import type { KnownToken } from '../../core/access/authenticate.js';
import type { TokensView } from '../../ports.js';

/** Raise with every change of the schema or of what `KnownToken` contains, so that the view is rebuilt. */
const SCHEMA_VERSION = 3;

const SCHEMA = `
  create table token (sha256 text primary key, id text not null unique, known text not null) strict, without rowid;
  create table unreadable (token_id text primary key) strict, without rowid;
`;
const TOKEN_STREAM = streamOf.token('');

/**
 * Tokens by their hash, in a SQLite file. Revoked tokens are kept: clients get the same response as for an unknown token, but the tenant's audit log
 * shows the attempt.
 */
export class TokensInViewFile implements TokensView {
  readonly filter = { types: ['ApiTokenMinted', 'ApiTokenRevoked'] };
  readonly file: ViewFile;
  readonly #byHash: StatementSync;
  readonly #put: StatementSync;
  readonly #revoke: StatementSync;
  readonly #putUnreadable: StatementSync;

  constructor(path: string) {
    this.file = openViewFile({ file: path, schemaVersion: SCHEMA_VERSION, schema: SCHEMA });
    this.#byHash = this.file.db.prepare(
      'select known, id in (select token_id from unreadable) as unreadable from token where sha256 = ?',
    );
    this.#putUnreadable = this.file.db.prepare('insert or ignore into unreadable values (?)');
    this.#put = this.file.db.prepare('insert or ignore into token (sha256, id, known) values (?, ?, ?)');
    this.#revoke = this.file.db.prepare(
      "update token set known = json_set(known, '$.grant.revokedAt', ?) where id = ?",
    );
  }

  /** For the projection, inside its transaction. */
  apply(event: LogEvent): void {
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

  /** The token is refused from now on, because the unreadable event may be its revocation. */
  applyUnreadable({ stream }: UnreadableEvent): void {
    if (stream.startsWith(TOKEN_STREAM)) this.#putUnreadable.run(stream.slice(TOKEN_STREAM.length));
  }

  find(sha256: string): KnownToken | undefined {
    const row = this.#byHash.get(sha256);
    if (!row) return undefined;
    const known = JSON.parse(String(row.known)) as KnownToken;
    return row.unreadable ? { ...known, grant: { ...known.grant, unreadable: true } } : known;
  }
}
