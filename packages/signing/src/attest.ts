import { canonicalJson } from '@evidence/contracts';
import {
  encodeEnvelope,
  normalSignature,
  PAYLOAD_TYPE,
  preAuthenticationEncoding,
  STATEMENT_TYPE,
  type Statement,
} from '@evidence/verify/formats';
import type { Signer } from './port.js';

export interface Attest {
  /** What people call the artifact, such as `rpt_….json`. The digest alone identifies it. */
  readonly subjectName: string;
  /** SHA-256 of the artifact's bytes, lower-case hex. */
  readonly sha256: string;
  /** A URI with a version, owned by the author of the predicate (in-toto/attestation, spec/v1/predicate.md). */
  readonly predicateType: string;
  readonly predicate: unknown;
  readonly signer: Signer;
}

/**
 * The DSSE envelope, as the bytes to store and to serve, around an in-toto Statement v1 about one artifact. The payload
 * is canonical JSON (RFC 8785), so with RS256 the same arguments give the same bytes. Throws
 * `CanonicalJsonError` when the predicate is not JSON.
 */
export async function attest({ subjectName, sha256, predicateType, predicate, signer }: Attest): Promise<Uint8Array> {
  const statement: Statement = {
    _type: STATEMENT_TYPE,
    subject: [{ name: subjectName, digest: { sha256 } }],
    predicateType,
    predicate,
  };
  const payload = canonicalJson(statement);
  const signature = await signer.sign(preAuthenticationEncoding(PAYLOAD_TYPE, payload));
  return encodeEnvelope({
    payload,
    payloadType: PAYLOAD_TYPE,
    keyId: signer.keyId,
    signature: normalSignature(signature, signer.algorithm),
  });
}
