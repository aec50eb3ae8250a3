import { randomBytes } from 'node:crypto';
import {
  type ApiToken,
  apiToken,
  KNOWN_SCOPES,
  type MintToken,
  newToken,
  type RevokeToken,
  type TokenEvent,
} from '@evidence/access';
import { type ApiTokenMinted, streamOf } from '@evidence/contracts';
import type { EventStore } from '@evidence/event-store';
import { withEventStore } from '../event-store.js';
import { usageFailure } from '../failure.js';
import { decideAsOperator } from '../operator-command.js';
import { type Cell, columns, jsonLine } from '../output.js';
import type { Surroundings } from '../surroundings.js';
import { listOf, tenantSlug, wholeNumber } from '../values.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
const EXPIRY_DAYS_MAX = 36_500;

interface MintOptions {
  readonly tenant: string;
  readonly name: string;
  readonly scopes: string;
  readonly expiresInDays?: string;
  readonly cidr?: readonly string[];
  readonly printTokenOnly?: true;
}

/** `evidence tokens mint`. The token is on standard output this once, and nowhere else. */
export async function mint(options: MintOptions, surroundings: Surroundings): Promise<void> {
  const { now, stdout } = surroundings;
  const { token, ...drawn } = newToken(randomBytes);
  const mintedAt = now();
  const data: ApiTokenMinted = {
    ...drawn,
    tenant: tenantSlug(options.tenant),
    name: options.name,
    scopes: knownScopes(options.scopes),
    mintedAt: mintedAt.toISOString(),
    ...(options.expiresInDays !== undefined && { expiresAt: inDays(options.expiresInDays, mintedAt) }),
    ...(options.cidr !== undefined && { allowedCidrs: [...options.cidr] }),
  };
  await withEventStore(surroundings, (store) => decide(store, { type: 'MintToken', data }, surroundings));
  if (options.printTokenOnly) {
    stdout.write(`${token}\n`);
    return;
  }
  const { tokenId, tenant, name, scopes, expiresAt = 'never' } = data;
  stdout.write(`Token ${tokenId} (${name}) for tenant ${tenant}: ${scopes.join(' ')}. Expires: ${expiresAt}.\n`);
  stdout.write(`It is shown only this once; store it now:\n\n  ${token}\n`);
}

/** Throws a usage failure for a scope that opens nothing: misspelt, it would be missed only when a call is refused. */
function knownScopes(text: string): string[] {
  const scopes = [...new Set(listOf(text))];
  const unknown = scopes.filter((scope) => !(KNOWN_SCOPES as readonly string[]).includes(scope));
  if (unknown.length === 0 && scopes.length > 0) return scopes;
  throw usageFailure(
    `--scopes ${text}: ${unknown.join(', ') || 'nothing'} is no scope; use ${KNOWN_SCOPES.join(', ')}.`,
  );
}

/** `evidence tokens revoke <token-id>`. Revoking what is revoked is fine. */
export async function revoke(tokenId: string, options: { tenant: string }, surroundings: Surroundings): Promise<void> {
  const tenant = tenantSlug(options.tenant);
  const data = { tokenId, tenant, revokedAt: surroundings.now().toISOString() };
  const done = await withEventStore(surroundings, (store) =>
    decide(store, { type: 'RevokeToken', data }, surroundings),
  );
  surroundings.stdout.write(done ? `Token ${tokenId} is revoked.\n` : `Token ${tokenId} was revoked already.\n`);
}

/** `evidence tokens list`: never the tokens themselves, which nobody keeps. */
export async function list(options: { tenant: string; json?: true }, surroundings: Surroundings): Promise<void> {
  const tenant = tenantSlug(options.tenant);
  const tokens = await withEventStore(surroundings, (store) => tokensOf(store, tenant));
  const { stdout, now } = surroundings;
  if (options.json) {
    for (const token of tokens) stdout.write(jsonLine(documentOf(token, now())));
    return;
  }
  if (tokens.length === 0) {
    stdout.write(`Tenant ${tenant} has no tokens.\n`);
    return;
  }
  const heading = ['TOKEN', 'STATUS', 'NAME', 'MINTED', 'EXPIRES', 'ADDRESSES', 'SCOPES'];
  const rows = tokens.map((token) => rowOf(token, now()));
  stdout.write(columns([heading.map((text): Cell => ({ text, style: 'dim' })), ...rows], stdout));
}

type KnownToken = Exclude<ApiToken, { phase: 'absent' }>;

async function tokensOf(store: EventStore, tenant: string): Promise<KnownToken[]> {
  const tokens = new Map<string, ApiToken>();
  for await (const { stream, type, data } of store.readAll({ filter: { typePrefixes: ['ApiToken'] } })) {
    tokens.set(stream, apiToken.evolve(tokens.get(stream) ?? apiToken.initialState, { type, data } as TokenEvent));
  }
  return [...tokens.values()].filter((token) => token.phase !== 'absent').filter((token) => token.tenant === tenant);
}

function statusOf(token: KnownToken, now: Date): 'active' | 'expired' | 'revoked' {
  if (token.phase === 'revoked') return 'revoked';
  return token.expiresAt !== undefined && Date.parse(token.expiresAt) <= now.getTime() ? 'expired' : 'active';
}

/** The hash is left out: nobody needs it to manage tokens. */
function documentOf(token: KnownToken, now: Date) {
  const { phase: _, sha256: __, ...shown } = token;
  return { ...shown, status: statusOf(token, now) };
}

function rowOf(token: KnownToken, now: Date): (string | Cell)[] {
  const status = statusOf(token, now);
  const { tokenId, name, mintedAt, expiresAt = 'never', allowedCidrs = [], scopes } = token;
  const addresses = allowedCidrs.length === 0 ? 'any' : allowedCidrs.join(' ');
  const style = status === 'active' ? 'green' : 'yellow';
  return [tokenId, { text: status, style }, name, mintedAt, expiresAt, addresses, scopes.join(' ')];
}

function decide(store: EventStore, command: MintToken | RevokeToken, surroundings: Surroundings): Promise<boolean> {
  const { tokenId, tenant } = command.data;
  const stream = streamOf.token(tokenId);
  return decideAsOperator(store, { stream, decider: apiToken, command, tenant, correlationId: tokenId }, surroundings);
}

function inDays(text: string, now: Date): string {
  const days = wholeNumber('--expires-in-days', text, { min: 1, max: EXPIRY_DAYS_MAX });
  return new Date(now.getTime() + days * DAY_MS).toISOString();
}
