import { X509Certificate } from 'node:crypto';
import { readCertificateChain, requireNotEnded } from './certificate-chain.js';
import { type JwkSet, jwkOf } from './jwks.js';
import type { PublishedKey, Signer } from './port.js';
import { SigningError } from './signing-error.js';

/** The period in which a key signs; without bounds, always. Its signatures stay valid afterwards. */
export interface KeyPeriod {
  readonly validFrom?: Date;
  /** The first instant at which it no longer signs. */
  readonly retiredAt?: Date;
}

export type RingKey =
  | (KeyPeriod & { readonly signer: Signer })
  /** A retired key with only its certificates: its private key is best destroyed. */
  | (KeyPeriod & { readonly retiredAt: Date; readonly certificateChainPem: string });

/** The limit of `jwks.json`. */
const KEYS_MAX = 64;

interface Member {
  readonly key: PublishedKey;
  /** With its certificate as read, because reading one takes longer than anything else in `activeAt`, which each report asks. */
  readonly signing?: { readonly signer: Signer; readonly certificate: X509Certificate };
  readonly period: KeyPeriod;
}

/**
 * The signing keys of an installation over time. To rotate: add a key with a future `validFrom`, so that verifiers have it
 * before it signs anything; retire the old key some time later, so that the time-stamps of its last signatures fall within
 * its period; and keep it in the ring for as long as its signatures must be verifiable.
 */
export class KeyRing {
  readonly #members: readonly Member[];

  /** Throws `SigningError` for no keys, too many, a repeated key, or a key that is retired before it becomes valid. */
  constructor(keys: readonly RingKey[]) {
    this.#members = keys.map(memberOf);
    const distinct = new Set(this.#members.map(({ key }) => key.keyId)).size;
    if (distinct === 0 || distinct !== keys.length || distinct > KEYS_MAX) {
      throw new SigningError(
        'key_mismatch',
        `A key ring must have 1 to ${KEYS_MAX} keys, each listed once; this one lists ${keys.length}, of which ${distinct} are distinct.`,
      );
    }
  }

  /**
   * The signer in use at `instant`; if there are several, the newest. Throws `SigningError` `key_not_in_use`, and
   * `certificate_expired` if its certificate has expired since the key was opened.
   */
  activeAt(instant: Date): Signer {
    const [newest] = this.#members
      .filter(
        ({ period: { validFrom, retiredAt } }) =>
          (validFrom === undefined || validFrom <= instant) && (retiredAt === undefined || instant < retiredAt),
      )
      .toSorted((a, b) => beginningOf(b) - beginningOf(a));
    if (newest?.signing !== undefined) {
      const { signer, certificate } = newest.signing;
      requireNotEnded(certificate, instant);
      return signer;
    }
    throw new SigningError(
      'key_not_in_use',
      `No signing key is in use at ${instant.toISOString()}: add one to the key ring.`,
    );
  }

  /** All keys, with their periods as `nbf` and `exp`. */
  jwks(): JwkSet {
    return { keys: this.#members.map(({ key, period }) => jwkOf(key, period)) };
  }
}

function memberOf(entry: RingKey): Member {
  const { validFrom, retiredAt } = entry;
  const period = { ...(validFrom && { validFrom }), ...(retiredAt && { retiredAt }) };
  const signer = 'signer' in entry ? entry.signer : undefined;
  const key = 'signer' in entry ? entry.signer : readCertificateChain(entry.certificateChainPem).published;
  if (retiredAt !== undefined && validFrom !== undefined && retiredAt <= validFrom) {
    throw new SigningError(
      'key_mismatch',
      `The key ${key.keyId} is retired before it becomes valid: correct its period.`,
    );
  }
  return { key, ...(signer && { signing: { signer, certificate: new X509Certificate(signer.certificate) } }), period };
}

const beginningOf = ({ period: { validFrom } }: Member): number => validFrom?.getTime() ?? Number.NEGATIVE_INFINITY;
