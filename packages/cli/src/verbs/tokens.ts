import { randomBytes } from 'node:crypto';
import { type ApiToken, apiToken, type MintToken, newToken, type RevokeToken, TOKEN_SCOPES } from '@evidence/access';
import { type ApiTokenMinted, eventTypesOn, isEventOn, nearestName, streamOf } from '@evidence/contracts';
import type { UnreadableEvent } from '@evidence/event-store';
import type { EventLog } from '@evidence/event-store/log';
import { withEventStore } from '../event-store.js';
import { usageFailure } from '../failure.js';
import { LeftOut, mayBeOf } from '../left-out.js';
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

/** `evidence tokens mint`. The token is printed to standard output once, and stored nowhere. */
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
  stdout.write(`It is shown only once; store it now:\n\n  ${token}\n`);
}

/** Throws a usage failure for an unknown scope: a misspelt one would be noticed only when a call is refused. */
function knownScopes(text: string): string[] {
  const scopes = [...new Set(listOf(text))];
  const unknown = scopes.filter((scope) => !(TOKEN_SCOPES as readonly string[]).includes(scope));
  if (unknown.length === 0 && scopes.length > 0) return scopes;
  const meant = unknown.flatMap((scope) => nearestName(scope, TOKEN_SCOPES) ?? []);
  const proposal = meant.length > 0 ? ` Did you mean ${meant.join(', ')}?` : '';
  throw usageFailure(
    `--scopes ${text}: ${unknown.length > 0 ? `${unknown.join(', ')} is not a scope` : 'no scope is given'}; use ${TOKEN_SCOPES.join(', ')}.${proposal}`,
  );
}

/** `evidence tokens revoke <token-id>`. Revoking a revoked token does nothing. */
export async function revoke(tokenId: string, options: { tenant: string }, surroundings: Surroundings): Promise<void> {
  const tenant = tenantSlug(options.tenant);
  const data = { tokenId, tenant, revokedAt: surroundings.now().toISOString() };
  const done = await withEventStore(surroundings, (store) =>
    decide(store, { type: 'RevokeToken', data }, surroundings),
  );
  surroundings.stdout.write(done ? `Token ${tokenId} is revoked.\n` : `Token ${tokenId} was already revoked.\n`);
}

/** `evidence tokens list`: never the tokens themselves, which are not stored. */
export async function list(options: { tenant: string; json?: true }, surroundings: Surroundings): Promise<void> {
  const tenant = tenantSlug(options.tenant);
  const leftOut = new LeftOut(mayBeOf(tenant));
  const tokens = await withEventStore(surroundings, (store) => tokensOf(store, tenant, leftOut));
  const { stdout, now } = surroundings;
  leftOut.tell(surroundings);
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

/** `isUnreadable`: one of its events cannot be read and may be its revocation, so the gateway refuses the token. */
type KnownToken = Exclude<ApiToken, { phase: 'absent' }> & { readonly isUnreadable: boolean };

async function tokensOf(store: EventLog, tenant: string, leftOut: LeftOut): Promise<KnownToken[]> {
  const tokens = new Map<string, ApiToken>();
  const unreadable = new Set<string>();
  const onUnreadable = (event: UnreadableEvent): void => {
    leftOut.onUnreadable(event);
    unreadable.add(event.stream);
  };
  for await (const event of store.readAll({ filter: { types: [...eventTypesOn.token] }, onUnreadable })) {
    if (!isEventOn('token', event)) continue;
    tokens.set(event.stream, apiToken.evolve(tokens.get(event.stream) ?? apiToken.initialState, event));
  }
  return [...tokens].flatMap(([stream, token]) =>
    token.phase === 'absent' || token.tenant !== tenant ? [] : [{ ...token, isUnreadable: unreadable.has(stream) }],
  );
}

function statusOf(token: KnownToken, now: Date): 'active' | 'expired' | 'revoked' | 'unreadable' {
  if (token.phase === 'revoked') return 'revoked';
  if (token.isUnreadable) return 'unreadable';
  return token.expiresAt !== undefined && Date.parse(token.expiresAt) <= now.getTime() ? 'expired' : 'active';
}

/** The hash is left out, because nobody needs it to manage tokens. */
function documentOf(token: KnownToken, now: Date) {
  const { phase: _, sha256: __, isUnreadable: ___, ...shown } = token;
  return { ...shown, status: statusOf(token, now) };
}

function rowOf(token: KnownToken, now: Date): (string | Cell)[] {
  const status = statusOf(token, now);
  const { tokenId, name, mintedAt, expiresAt = 'never', allowedCidrs = [], scopes } = token;
  const addresses = allowedCidrs.length === 0 ? 'any' : allowedCidrs.join(' ');
  const style = status === 'active' ? 'green' : 'yellow';
  return [tokenId, { text: status, style }, name, mintedAt, expiresAt, addresses, scopes.join(' ')];
}

function decide(store: EventLog, command: MintToken | RevokeToken, surroundings: Surroundings): Promise<boolean> {
  const { tokenId, tenant } = command.data;
  const stream = streamOf.token(tokenId);
  return decideAsOperator(store, { stream, decider: apiToken, command, tenant, correlationId: tokenId }, surroundings);
}

function inDays(text: string, now: Date): string {
  const days = wholeNumber('--expires-in-days', text, { min: 1, max: EXPIRY_DAYS_MAX });
  return new Date(now.getTime() + days * DAY_MS).toISOString();
}
