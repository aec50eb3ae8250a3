import { inSpan } from '@evidence/runtime/trace';
import type { Authorities, Signer } from '@evidence/signing';
import { SpanKind } from '@opentelemetry/api';

/** The signer, with a span for each signature: a key management service may be far away. */
export function tracedSigner(signer: Signer): Signer {
  const { keyId, algorithm, certificate, chain, isDevelopmentKey } = signer;
  const attributes = { 'evidence.signing.key_id': keyId, 'evidence.signing.algorithm': algorithm };
  const sign = (bytes: Uint8Array) => inSpan('sign', { attributes }, () => signer.sign(bytes));
  return { keyId, algorithm, certificate, chain, isDevelopmentKey, sign };
}

/** The authorities, with a span for each call. */
export function tracedAuthorities({ timestamps, revocations, trusted }: Authorities): Authorities {
  return {
    trusted,
    timestamps: {
      stamp: (sha256) => inSpan('time-stamp', { kind: SpanKind.CLIENT }, () => timestamps.stamp(sha256)),
    },
    revocations: {
      evidenceFor: (issued) =>
        inSpan('revocation status', { kind: SpanKind.CLIENT }, () => revocations.evidenceFor(issued)),
    },
  };
}
