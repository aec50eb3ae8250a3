import type { X509Certificate } from 'node:crypto';
import { imprintOf, verifyTimestamp } from '../cms/timestamp.js';
import { claimedTimeOf, decodeEnvelope, decodeStatement, preAuthenticationEncoding } from '../dsse/envelope.js';
import { existedAt, attestationChecks as says } from '../sentences/checks.js';
import { normalSignature } from '../x509/ecdsa.js';
import { statedIn } from './stated-in-predicate.js';
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
type Artifact = { readonly bytes: Uint8Array } | { readonly sha256: string };

export interface VerifyAttestation {
  readonly artifact: Artifact;
  readonly envelope: Uint8Array;
  readonly trust: Trust;
  /** An RFC 3161 token over the signature in the envelope, kept in a file of its own. */
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
    const envelope = checklist.requireFound('form', decodeEnvelope(envelopeBytes), 'malformed', says.envelope);
    const { payload, payloadType, signature, keyId } = envelope;

    const key = requireTrustedKey(checklist, keyId, trust);
    const signed = preAuthenticationEncoding(payloadType, payload);
    const isNormal = Buffer.compare(normalSignature(signature, key.algorithm), signature) === 0;
    checklist.require(
      'signature',
      isNormal && isSignatureValid(signed, signature, key),
      'signature_invalid',
      says.signature(key.algorithm),
    );
    const statement = checklist.requireFound('statement', decodeStatement(payload), 'malformed', says.statement);
    const [subject] = statement.subject;
    const { sha256: stated } = subject.digest;
    checklist.require('subject', stated === sha256, 'subject_mismatch', says.subject(subject.name, stated, sha256));
    const proven =
      timestamp === undefined
        ? undefined
        : checklist.requireProof(
            'timestamp',
            () => verifyTimestamp(timestamp, imprintOf(signature), authorities),
            ({ at, authority }) => existedAt(says.attestation, at, authority),
          );
    const claimed = claimedTimeOf(statement);
    const signingTime: SigningTime | undefined = proven
      ? { at: proven.at, basis: 'timestamp' }
      : claimed && { at: claimed, basis: 'claimed' };
    requireInUse(checklist, key, signingTime);
    const { report, isDevelopmentKey } = statedIn(statement);
    return {
      signedBy: signedByOf(key, undefined, isDevelopmentKey),
      key,
      ...(report && { report }),
      predicateType: statement.predicateType,
      ...(signingTime && { signingTime }),
    };
  });
}
