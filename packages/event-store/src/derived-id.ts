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
  if (namespace !== last.namespace) last = { namespace, bytes: Buffer.from(namespace.replaceAll('-', ''), 'hex') };
  const hex = hash('sha1', Buffer.concat([last.bytes, Buffer.from(name, 'utf8')]));
  const variant = '89ab'[Number.parseInt(hex[16]!, 16) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Kept, because the events of an import have the same cause. */
let last: { readonly namespace: string; readonly bytes: Buffer } = { namespace: '', bytes: Buffer.alloc(0) };
