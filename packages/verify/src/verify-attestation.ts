import type { X509Certificate } from 'node:crypto';
import { claimedTimeOf, decodeEnvelope, decodeStatement, preAuthenticationEncoding } from './dsse.js';
import { normalSignature } from './ecdsa.js';
import { imprintOf, verifyTimestamp } from './timestamp.js';
import type { Trust } from './trust.js';
import {
  isSignatureValid,
  requireInUse,
  requireTrustedKey,
  type SigningTime,
  sha256Of,
  signedByOf,
  type Verification,
  verificationOf,
} from './verification.js';

/** The artifact, or its digest when it was hashed as it streamed. */
export type Artifact = { readonly bytes: Uint8Array } | { readonly sha256: string };

export interface VerifyAttestation {
  readonly artifact: Artifact;
  readonly envelope: Uint8Array;
  readonly trust: Trust;
  /** An RFC 3161 token over the signature in the envelope, kept beside it. */
  readonly timestamp?: Uint8Array;
  /** The time-stamping authorities that the caller trusts. */
  readonly authorities?: readonly X509Certificate[];
}

/**
 * Verifies a DSSE envelope that holds an in-toto Statement v1, and that the statement is about this artifact. The
 * envelope must be the very bytes that `encodeEnvelope` writes, so that a change of any one byte is refused.
 */
export function verifyAttestation(request: VerifyAttestation): Verification {
  const { artifact, envelope: envelopeBytes, trust, timestamp, authorities = [] } = request;
  const sha256 = 'bytes' in artifact ? sha256Of(artifact.bytes) : artifact.sha256;
  return verificationOf(sha256, (checklist) => {
    const envelope = checklist.requireFound('form', decodeEnvelope(envelopeBytes), 'malformed', {
      ok: 'a DSSE envelope with one signature over an in-toto statement',
      failed: 'the attestation is not a DSSE envelope in the one form that is written here',
    });
    const { payload, payloadType, signature, keyId } = envelope;

    const key = requireTrustedKey(checklist, keyId, trust);
    const signed = preAuthenticationEncoding(payloadType, payload);
    const isNormal = Buffer.compare(normalSignature(signature, key.algorithm), signature) === 0;
    checklist.require('signature', isNormal && isSignatureValid(signed, signature, key), 'signature_invalid', {
      ok: `${key.algorithm} signature by the trusted key`,
      failed: 'the statement is not what the trusted key signed',
    });
    const statement = checklist.requireFound('statement', decodeStatement(payload), 'malformed', {
      ok: 'an in-toto statement about one subject',
      failed: 'the signed payload is not an in-toto Statement v1 about one subject',
    });
    const [subject] = statement.subject;
    checklist.require('subject', subject.digest.sha256 === sha256, 'subject_mismatch', {
      ok: `the statement is about this file (${subject.name})`,
      failed: `the statement is about ${subject.name} with SHA-256 ${subject.digest.sha256}; this file has ${sha256}`,
    });
    const proven =
      timestamp === undefined
        ? undefined
        : checklist.requireProof(
            'timestamp',
            () => verifyTimestamp(timestamp, imprintOf(signature), authorities),
            ({ at, authority }) => `the attestation was there at ${at.toISOString()}, says ${authority}`,
          );
    const claimed = claimedTimeOf(statement);
    const signingTime: SigningTime | undefined = proven
      ? { at: proven.at, basis: 'timestamp' }
      : claimed && { at: claimed, basis: 'claimed' };
    requireInUse(checklist, key, signingTime);
    return {
      signedBy: signedByOf(key),
      key,
      predicateType: statement.predicateType,
      ...(signingTime && { signingTime }),
    };
  });
}
