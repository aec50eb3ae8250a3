import { createHash } from 'node:crypto';
import { canonicalJson } from '@evidence/contracts';

/** An event as stored: data and metadata are the bytes that were appended. */
export interface LeafSource {
  readonly id: string;
  readonly stream: string;
  readonly revision: bigint;
  readonly type: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** Distinguishes the hash of a leaf from that of a node of a Merkle tree (RFC 9162 §2.1.1). */
const LEAF_PREFIX = Buffer.of(0);
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The leaf of an event, as /contracts/README.md defines it: SHA-256 over `0x00` and the canonical JSON (RFC 8785) of
 * `{"id","stream","revision","type","data","metadata"}`. Bytes that canonical JSON cannot express, which foreign clients may append, appear in it as `{"base64": …}`. The leaf has 32 bytes.
 */
export function leafOf({ id, stream, revision, type, data, metadata }: LeafSource): Buffer {
  const rest = `"revision":"${revision}","stream":${JSON.stringify(stream)},"type":${JSON.stringify(type)}}`;
  const text = `{"data":${canonicalTextOf(data)},"id":${JSON.stringify(id)},"metadata":${canonicalTextOf(metadata)},${rest}`;
  return createHash('sha256').update(LEAF_PREFIX).update(text, 'utf8').digest();
}

/** No bytes mean an empty object, as for every reader. */
function canonicalTextOf(bytes: Uint8Array): string {
  if (bytes.byteLength === 0) return '{}';
  try {
    return Buffer.from(canonicalJson(JSON.parse(decoder.decode(bytes)))).toString('utf8');
  } catch {
    return `{"base64":"${Buffer.from(bytes).toString('base64')}"}`;
  }
}
