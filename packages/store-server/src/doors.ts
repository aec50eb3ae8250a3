import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type EncodedEvent, EventStoreError } from '@evidence/event-store/engine';
import type { Metadata } from '@grpc/grpc-js';

/** A login of the server, and its permissions. */
export interface StoreLogin {
  readonly name: string;
  /** SHA-256 of the password, in hex. A password is 256 random bits, not chosen by a person, so a slow hash would not add protection. */
  readonly passwordSha256: string;
  /** May read everything, and follow it. Default: true. */
  readonly reads?: boolean;
  /** What it may append; absent: everything, and then it may delete streams too. */
  readonly appends?: {
    readonly types: readonly string[];
    /** The actors of its events: a name, or a prefix followed by `*`. */
    readonly actors: readonly string[];
  };
}

/** How the server and its callers prove their identity. */
export interface StoreDoors {
  /** PEM, of the certificate that is issued for `localhost` and 127.0.0.1. */
  readonly certificatePem: string;
  readonly keyPem: string;
  readonly logins: readonly StoreLogin[];
}

export interface DoorFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** JSON: `{ "logins": [ … ] }`. */
  readonly loginsFile: string;
}

/** Throws file system errors, and a `SyntaxError` for a file that is not JSON. */
export function readDoors({ certificateFile, keyFile, loginsFile }: DoorFiles): StoreDoors {
  const { logins } = JSON.parse(readFileSync(loginsFile, 'utf8')) as { logins: StoreLogin[] };
  return { certificatePem: readFileSync(certificateFile, 'utf8'), keyPem: readFileSync(keyFile, 'utf8'), logins };
}

/** An authenticated caller. */
export class Visitor {
  readonly #types: ReadonlySet<string> | undefined;

  constructor(private readonly login: StoreLogin) {
    this.#types = login.appends && new Set(login.appends.types);
  }

  /** Throws `denied`. */
  assertReads(): void {
    if (this.login.reads === false) throw this.#denied('read');
  }

  /** Throws `denied`. */
  assertDeletes(): void {
    if (this.login.appends) throw this.#denied('delete streams');
  }

  /** Throws `denied` for an event type that this login may not write, or for an event in another actor's name. */
  assertAppends({ type, metadata }: EncodedEvent): void {
    const { appends } = this.login;
    if (!appends) return;
    if (!this.#types?.has(type)) throw this.#denied(`append ${type}`);
    const actor = actorOf(metadata);
    if (!appends.actors.some((pattern) => isMatch(pattern, actor)))
      throw this.#denied(`append in the name of ${actor}`);
  }

  #denied(what: string): EventStoreError {
    const { name } = this.login;
    return new EventStoreError('denied', `The login ${name} may not ${what}.`, { login: name });
  }
}

const isMatch = (pattern: string, actor: string): boolean =>
  pattern.endsWith('*') ? actor.startsWith(pattern.slice(0, -1)) : actor === pattern;

function actorOf(metadata: Uint8Array): string {
  try {
    const { actor } = JSON.parse(Buffer.from(metadata).toString('utf8')) as { actor?: unknown };
    return typeof actor === 'string' ? actor : 'nobody';
  } catch {
    return 'nobody';
  }
}

/** Authenticates callers by the `authorization` of each call, as KurrentDB's clients send it (RFC 7617). */
export class Porter {
  readonly #logins: ReadonlyMap<string, { readonly login: StoreLogin; readonly digest: Buffer }>;
  /** A client sends the same value with each call, so the result is remembered. */
  readonly #known = new Map<string, Visitor>();

  constructor(logins: readonly StoreLogin[]) {
    this.#logins = new Map(
      logins.map((login) => [login.name, { login, digest: Buffer.from(login.passwordSha256, 'hex') }]),
    );
  }

  /** Undefined: an unknown caller. */
  visitorOf(call: Metadata): Visitor | undefined {
    const [header = ''] = call.get('authorization').map(String);
    const known = this.#known.get(header);
    if (known) return known;
    const [, encoded = ''] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(header) ?? [];
    const [, name = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
    const found = this.#logins.get(name);
    const digest = createHash('sha256').update(password).digest();
    if (found?.digest.length !== digest.length || !timingSafeEqual(found.digest, digest)) return undefined;
    const visitor = new Visitor(found.login);
    this.#known.set(header, visitor);
    return visitor;
  }
}
