import { Problem } from '../call/problem.js';
import { sentences } from '../call/sentences.js';
import type { Caller } from './authenticate.js';

/** The most calls in progress. Each one holds a connection, for as long as a slow client likes. */
export interface CallsAtOnceLimits {
  /** From one address, without a token. */
  readonly address: number;
  /** With one token. */
  readonly token: number;
  /** With all tokens of a tenant together. */
  readonly tenant: number;
  /** Imports of one tenant. Each one holds a file, and memory for what has been read of it. */
  readonly tenantImports: number;
  /** Imports of all tenants together. */
  readonly imports: number;
}

export const CALLS_AT_ONCE: CallsAtOnceLimits = { address: 128, token: 64, tenant: 200, tenantImports: 4, imports: 16 };

const RETRY_AFTER_S = 1;
/** An import takes longer than another call. */
const IMPORT_RETRY_AFTER_S = 5;

type Lane = 'call' | 'import';

/** Counts the calls in progress in this process, so that no caller can take every connection. Callers without calls in progress take no memory. */
export class CallsAtOnce {
  readonly #underWay = new Map<string, number>();

  constructor(private readonly limits: CallsAtOnceLimits = CALLS_AT_ONCE) {}

  /** As `enter`, for a call without a token: to a public path such as the documentation, or a call that is refused. */
  enterWithoutToken(address: string): () => void {
    const key = `address ${address}`;
    this.#require(key, this.limits.address, 'Your address has', 'calls', RETRY_AFTER_S);
    return this.#hold([key]);
  }

  /** Returns the function that ends the call. Throws `rate_limited` or, when others have all import slots, `unavailable`. */
  enter({ tokenId, tenant }: Caller, lane: Lane): () => void {
    const { limits } = this;
    const ofToken = `token ${tokenId}`;
    const ofTenant = `tenant ${tenant}`;
    this.#require(ofToken, limits.token, 'This token has', 'calls', RETRY_AFTER_S);
    this.#require(ofTenant, limits.tenant, 'Your tokens have', 'calls', RETRY_AFTER_S);
    if (lane === 'call') return this.#hold([ofToken, ofTenant]);
    const importsOfTenant = `imports of ${tenant}`;
    this.#require(importsOfTenant, limits.tenantImports, 'Your tokens have', 'imports', IMPORT_RETRY_AFTER_S);
    if (this.#count('imports') >= limits.imports)
      throw new Problem('unavailable', sentences.importSlotsTaken(IMPORT_RETRY_AFTER_S), {}, IMPORT_RETRY_AFTER_S);
    return this.#hold([ofToken, ofTenant, importsOfTenant, 'imports']);
  }

  #hold(keys: string[]): () => void {
    for (const key of keys) this.#underWay.set(key, this.#count(key) + 1);
    return () => {
      for (const key of keys.splice(0)) this.#leave(key);
    };
  }

  #require(key: string, limit: number, whose: string, what: string, retryAfterS: number): void {
    if (this.#count(key) < limit) return;
    const message = sentences.tooManyAtOnce(whose, limit, what);
    throw new Problem('rate_limited', message, { limit, retry_after_seconds: retryAfterS }, retryAfterS);
  }

  #count(key: string): number {
    return this.#underWay.get(key) ?? 0;
  }

  #leave(key: string): void {
    const left = this.#count(key) - 1;
    if (left > 0) this.#underWay.set(key, left);
    else this.#underWay.delete(key);
  }
}
