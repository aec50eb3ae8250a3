import { hash } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * The namespace of causes that are not UUIDs (report ids, keys from outside). Chosen once at random; a different one would
 * change all ids.
 */
const CAUSE_NAMESPACE = bytesOf('5f0c8e8a-6b0f-4f0e-9f67-3b1de4f2a7c1');

/**
 * The id of the event of `type` that `causeId` leads to. It is the same on every attempt and on every machine, so that the store recognises a
 * repeated append. A cause that leads to several events of one type needs a `type` that distinguishes them (`Type/3`).
 */
export function derivedEventId(causeId: string, type: string): string {
  return textOf(digestOf(UUID.test(causeId) ? bytesOf(causeId) : uuidIn(digestOf(CAUSE_NAMESPACE, causeId)), type));
}

/** A name-based UUID, version 5 (RFC 9562 §5.5): SHA-1 of the namespace's 16 bytes and the name in UTF-8. */
export const uuidV5 = (namespace: string, name: string): string => textOf(digestOf(bytesOf(namespace), name));

/** In hex, because that is the fastest form to get. */
const digestOf = (namespace: Uint8Array, name: string): string =>
  hash('sha1', Buffer.concat([namespace, Buffer.from(name, 'utf8')]));

/** The UUID of a digest as a namespace: without its text in between, because an import derives each of its ids from a cause of its own. */
function uuidIn(digest: string): Uint8Array {
  const bytes = Buffer.from(digest.slice(0, 32), 'hex');
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes;
}

function textOf(digest: string): string {
  const variant = '89ab'[Number.parseInt(digest[16]!, 16) & 3];
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}

function bytesOf(uuid: string): Uint8Array {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}
