import { randomBytes, randomUUID } from 'node:crypto';
import { newToken } from '@evidence/access';
import { type BlobRef } from '@evidence/artifacts';
import { type EventOf, type EventType, envelop, streamOf } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import type { EventLog } from '@evidence/event-store/log';
import { lifeOf } from './life-of.js';

/** Appends as the operator and the other services would, without a gateway. */
async function appendTo<Type extends EventType>(
  store: EventLog,
  stream: string,
  ...events: readonly EventOf<Type>[]
): Promise<void> {
  const occurredAt = new Date().toISOString();
  const about = { tenant: 'acme', correlationId: stream, causationId: stream, occurredAt, actor: 'operator:test' };
  await store.append(
    stream,
    'any',
    events.map((event) => envelop(randomUUID(), event, about)),
  );
}

/** A token of `acme` with these scopes. */
export async function mintIn(store: EventLog, scopes: readonly string[]): Promise<{ token: string; tokenId: string }> {
  const { token, tokenId, sha256 } = newToken(randomBytes);
  const about = { tokenId, tenant: 'acme', name: 'test', mintedAt: new Date().toISOString() };
  const data = { ...about, sha256, scopes: [...scopes] };
  await appendTo(store, streamOf.token(tokenId), { type: 'ApiTokenMinted', data });
  return { token, tokenId };
}

export async function revokeIn(store: EventLog, tokenId: string): Promise<void> {
  const data = { tokenId, revokedAt: new Date().toISOString() };
  await appendTo(store, streamOf.token(tokenId), { type: 'ApiTokenRevoked', data });
}

/** A ready report of `acme` with this artifact, which expires in a thousand years. */
export async function readyReportIn(store: EventLog, artifact: BlobRef): Promise<string> {
  const reportId = `rpt_2026_${randomBytes(8).toString('hex')}`;
  const requested = { ...exampleOf('ReportRequested'), reportId, tenant: 'acme', format: 'pdf' as const };
  const { started, scoped, mapped, ready } = lifeOf(reportId, artifact);
  const lasting = { ...ready, data: { ...ready.data, expiresAt: '3026-01-01T00:00:00.000Z' } };
  await appendTo(
    store,
    streamOf.report(reportId),
    { type: 'ReportRequested', data: requested },
    started,
    scoped,
    mapped,
    lasting,
  );
  return reportId;
}
