import { createHash, type KeyObject, verify } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { readCertificateChain, requireUsable } from './certificate-chain.js';
import type { PublishedKey, Signer } from './port.js';
import { SigningError } from './signing-error.js';

/** The request to a key holder. Some take the message; most take its digest, which has no length limit. */
export interface SignRequest {
  readonly bytes: Uint8Array;
  /** SHA-256 of `bytes`. */
  readonly digest: Uint8Array;
  readonly algorithm: PublishedKey['algorithm'];
  /** Aborted at the deadline; stop then. */
  readonly signal: AbortSignal;
}

export interface ExternalKey {
  /** PEM: the signing certificate, then its issuers. Every signature is checked with its key. */
  readonly certificateChainPem: string;
  readonly now: Date;
  /**
   * Asks the key holder (KMS, HSM) for RSASSA-PKCS1-v1_5 or, in DER, ECDSA P-256, both with SHA-256. Any rejection counts
   * as temporary and is retried.
   */
  readonly sign: (request: SignRequest) => Promise<Uint8Array>;
  readonly limits?: Partial<ExternalSignerLimits>;
}

export interface ExternalSignerLimits {
  /** For one signature, including all attempts and waits. */
  readonly deadlineMs: number;
  readonly attempts: number;
  /** Before the second attempt; doubled before each one after it. */
  readonly retryWaitMs: number;
}

const DEFAULT_LIMITS: ExternalSignerLimits = { deadlineMs: 15_000, attempts: 3, retryWaitMs: 200 };

/**
 * A signer whose private key is held elsewhere. Every signature is verified with the certificate before it is used, so a key
 * holder that uses another key or signs other bytes is detected here, not by an auditor. `sign` rejects with `SigningError`
 * `signer_unavailable`, which is temporary, or `signer_answer_invalid`. Throws as `openPemSigner` does.
 */
export function openExternalSigner({ certificateChainPem, now, sign, limits }: ExternalKey): Signer {
  const { leaf, published } = readCertificateChain(certificateChainPem);
  requireUsable(leaf, now);
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  return {
    ...published,
    async sign(bytes) {
      const digest = createHash('sha256').update(bytes).digest();
      const signal = AbortSignal.timeout(bounds.deadlineMs);
      const request = { bytes, digest, algorithm: published.algorithm, signal };
      const signature = await answerOf(() => sign(request), bounds, signal);
      requireOwnSignature(bytes, signature, leaf.publicKey, published.keyId);
      return signature;
    },
  };
}

async function answerOf(
  ask: () => Promise<Uint8Array>,
  { attempts, retryWaitMs, deadlineMs }: ExternalSignerLimits,
  signal: AbortSignal,
): Promise<Uint8Array> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await Promise.race([ask(), rejectionOf(signal)]);
    } catch (cause) {
      if (attempt >= attempts || signal.aborted) throw unavailable(cause as Error, deadlineMs);
      await wait(retryWaitMs * 2 ** (attempt - 1), undefined, { signal }).catch((error: Error) => {
        throw unavailable(error, deadlineMs);
      });
    }
  }
}

/** A key holder may ignore the signal; its caller still stops waiting. */
function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    else signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

function requireOwnSignature(bytes: Uint8Array, signature: Uint8Array, key: KeyObject, keyId: string): void {
  if (verify('sha256', bytes, key, signature)) return;
  throw new SigningError(
    'signer_answer_invalid',
    `The key holder returned a signature that was not made with the key ${keyId}: check its key and its padding.`,
  );
}

const unavailable = (cause: Error, deadlineMs: number): SigningError =>
  new SigningError(
    'signer_unavailable',
    `The key holder did not sign within ${deadlineMs} ms or the permitted attempts: ${cause.message}.`,
    { cause },
  );
