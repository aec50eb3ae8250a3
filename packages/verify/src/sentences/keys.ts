// Why the keys or authorities that the caller gave cannot be used, and what to give instead.

export const keysSay = {
  notAKeyFile: 'The key file is neither a JWK Set (jwks.json) nor a PEM certificate or public key.',
  repeated: (keyId: string) =>
    `The key set contains the key ${keyId} more than once, so its period is ambiguous: keep one entry.`,
  empty: 'The key set is empty: give at least one public key.',
  tooMany: (keys: number, most: number) => `The key set has ${keys} keys; the limit is ${most}.`,
  notAJwk: 'The key set contains an entry that is not a JWK.',
  unreadable: (kty: string) => `A key in the set (kty ${kty}) cannot be read: it must be RSA or EC.`,
  unsupported: (minBits: number, key: string) =>
    `A key must be RSA with at least ${minBits} bits and an exponent of at least 65537, or EC P-256; this one is ${key}.`,
  otherAlgorithm: (algorithm: string, stated: string) =>
    `A key in the set is for ${algorithm} but states alg ${stated}.`,
  otherPurpose: (purpose: string) => `A key in the set is for ${purpose}, not for verifying signatures.`,
  notATime: (member: string) => `A key in the set has an invalid ${member}: it must be a number of seconds.`,
  isPrivate: 'This is a private key. Verification needs only the public key: give jwks.json or the certificate.',
  authorities: (most: number, found: number) =>
    `An authorities file must contain 1 to ${most} PEM certificates; this one contains ${found}.`,
  authorityUnreadable: 'A certificate in the authorities file cannot be read.',
} as const;
