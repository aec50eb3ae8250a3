import type { KeyObject } from 'node:crypto';

/** NIST SP 800-57 part 1 rev. 5 §5.6.1: 112 bits of security, the least that is still acceptable. */
export const RSA_MODULUS_MIN_BITS = 2048;

/** FIPS 186-5 §A.1.1 and NIST SP 800-56B §6.2: smaller exponents are open to attacks on sloppy padding checks. */
const RSA_EXPONENT_MIN = 65_537n;

/** Whether an RSA key is strong enough, regardless of its owner. */
export const isSoundRsa = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean => {
  const { modulusLength = 0, publicExponent = 0n } = asymmetricKeyDetails ?? {};
  return asymmetricKeyType === 'rsa' && modulusLength >= RSA_MODULUS_MIN_BITS && publicExponent >= RSA_EXPONENT_MIN;
};
