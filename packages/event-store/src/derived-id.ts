import { hash } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * The namespace of causes that are not UUIDs (report ids, keys from outside). Chosen once at random; a different one would
 * change all ids.
 */
const CAUSE_NAMESPACE = '5f0c8e8a-6b0f-4f0e-9f67-3b1de4f2a7c1';

/**
 * The id of the event of `type` that `causeId` leads to. It is the same on every attempt and on every machine, so that the store recognises a
 * repeated append. A cause that leads to several events of one type needs a `type` that distinguishes them (`Type/3`).
 */
export function derivedEventId(causeId: string, type: string): string {
  return uuidV5(UUID.test(causeId) ? causeId : uuidV5(CAUSE_NAMESPACE, causeId), type);
}

/** A name-based UUID, version 5 (RFC 9562 §5.5): SHA-1 of the namespace's 16 bytes and the name in UTF-8. */
export function uuidV5(namespace: string, name: string): string {
  const namespaceBytes = Buffer.from(namespace.replaceAll('-', ''), 'hex');
  const bytes = hash('sha1', Buffer.concat([namespaceBytes, Buffer.from(name, 'utf8')]), 'buffer').subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
