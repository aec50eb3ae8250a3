import { X509Certificate } from 'node:crypto';
import { readCertificateChain, requireNotEnded } from './certificate-chain.js';
import { type JwkSet, jwkOf } from './jwks.js';
import type { PublishedKey, Signer } from './port.js';
import { SigningError } from './signing-error.js';

/** From when, and until when, a key signs; without either, always. What it signed then stays valid afterwards. */
export interface KeyPeriod {
  readonly validFrom?: Date;
  /** The first instant at which it does not sign any more. */
  readonly retiredAt?: Date;
}

export type RingKey =
  | (KeyPeriod & { readonly signer: Signer })
  /** A retired key of which only the certificates are left: its private key is best destroyed. */
  | (KeyPeriod & { readonly retiredAt: Date; readonly certificateChainPem: string });

/** As many as `jwks.json` holds. */
const KEYS_MAX = 64;

interface Member {
  readonly key: PublishedKey;
  readonly signer?: Signer;
  readonly period: KeyPeriod;
}

/**
 * The signing keys of an installation over time. To rotate: add a key with a `validFrom` ahead, so that verifiers have it
 * before anything is signed with it; retire the old one some time after, so that what was signed last is time-stamped by
 * then; and leave it in the ring for as long as what it signed is to be verified.
 */
export class KeyRing {
  readonly #members: readonly Member[];

  /** Throws `SigningError` for no key or too many, one key twice, or a key retired before it is valid. */
  constructor(keys: readonly RingKey[]) {
    this.#members = keys.map(memberOf);
    const distinct = new Set(this.#members.map(({ key }) => key.keyId)).size;
    if (distinct === 0 || distinct !== keys.length || distinct > KEYS_MAX) {
      throw new SigningError(
        'key_mismatch',
        `A key ring has 1 to ${KEYS_MAX} keys, each once; this one has ${distinct} of ${keys.length}.`,
      );
    }
  }

  /**
   * The signer in use at `instant`: of several the one that was put to use last. Throws `SigningError` `key_not_in_use`, and
   * `certificate_expired` when its certificate ended since the key was opened.
   */
  activeAt(instant: Date): Signer {
    const [newest] = this.#members
      .filter(
        ({ period: { validFrom, retiredAt } }) =>
          (validFrom === undefined || validFrom <= instant) && (retiredAt === undefined || instant < retiredAt),
      )
      .toSorted((a, b) => beginningOf(b) - beginningOf(a));
    if (newest?.signer !== undefined) {
      requireNotEnded(new X509Certificate(newest.signer.certificate), instant);
      return newest.signer;
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
    throw new SigningError('key_mismatch', `The key ${key.keyId} is retired before it is valid: correct its period.`);
  }
  return { key, ...(signer && { signer }), period };
}

const beginningOf = ({ period: { validFrom } }: Member): number => validFrom?.getTime() ?? Number.NEGATIVE_INFINITY;
