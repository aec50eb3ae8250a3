/**
 * Dead Simple Signing Envelope 1.0 (secure-systems-lab/dsse, protocol.md and envelope.md) around an in-toto
 * Statement v1 (in-toto/attestation, spec/v1/statement.md).
 */

export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';

export interface Envelope {
  /** The statement's bytes. They are what is signed, never a re-serialised form. */
  readonly payload: Uint8Array;
  readonly payloadType: typeof PAYLOAD_TYPE;
  /** RFC 7638 thumbprint of the signing key. DSSE does not authenticate it: a hint for choosing among trusted keys. */
  readonly keyId: string;
  readonly signature: Uint8Array;
}

export interface Statement {
  readonly _type: typeof STATEMENT_TYPE;
  readonly subject: readonly [{ readonly name: string; readonly digest: { readonly sha256: string } }];
  readonly predicateType: string;
  readonly predicate: unknown;
}

/** PAE: the bytes that a DSSE signature covers, including the type and length of the payload. */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType, 'utf8');
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${payload.length} `), payload]);
}

/** The envelope as the one JSON text that we accept: RFC 8785 order, no white space, exactly one signature. */
export function encodeEnvelope(envelope: Envelope): Uint8Array {
  const json = {
    payload: base64(envelope.payload),
    payloadType: envelope.payloadType,
    signatures: [{ keyid: envelope.keyId, sig: base64(envelope.signature) }],
  };
  return Buffer.from(JSON.stringify(json), 'utf8');
}

/** Reads an envelope; undefined if `bytes` are not exactly what `encodeEnvelope` writes. */
export function decodeEnvelope(bytes: Uint8Array): Envelope | undefined {
  const json = parseJson(bytes);
  const entry: unknown = isRecord(json) && Array.isArray(json.signatures) ? json.signatures[0] : undefined;
  if (!isRecord(json) || !isRecord(entry)) return undefined;
  const { payload } = json;
  const { keyid, sig } = entry;
  if (typeof payload !== 'string' || typeof keyid !== 'string' || typeof sig !== 'string') return undefined;
  const envelope: Envelope = {
    payload: Buffer.from(payload, 'base64'),
    payloadType: PAYLOAD_TYPE,
    keyId: keyid,
    signature: Buffer.from(sig, 'base64'),
  };
  return Buffer.compare(encodeEnvelope(envelope), bytes) === 0 ? envelope : undefined;
}

/** Reads a statement about exactly one subject; otherwise undefined. */
export function decodeStatement(payload: Uint8Array): Statement | undefined {
  const json = parseJson(payload);
  if (!isRecord(json) || json._type !== STATEMENT_TYPE || typeof json.predicateType !== 'string') return undefined;
  const subjects: unknown = json.subject;
  if (!Array.isArray(subjects) || subjects.length !== 1) return undefined;
  const [subject] = subjects as unknown[];
  if (!isRecord(subject) || typeof subject.name !== 'string' || !isRecord(subject.digest)) return undefined;
  const { sha256 } = subject.digest;
  if (typeof sha256 !== 'string') return undefined;
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name: subject.name, digest: { sha256 } }],
    predicateType: json.predicateType,
    predicate: json.predicate,
  };
}

/** The time that the signer claims: `signed_at` of the predicate, RFC 3339 in UTC, if it has one. */
export function claimedTimeOf({ predicate }: Statement): Date | undefined {
  const text = isRecord(predicate) ? predicate.signed_at : undefined;
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(text)) return undefined;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
