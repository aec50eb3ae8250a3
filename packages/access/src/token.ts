import { BASE32_HEX, base32Of, numberOf, sha256Of } from '@evidence/contracts';

const SECRET_BYTES = 32;
const SECRET_CHARS = 52;
const ID_BYTES = 10;
const ID_CHARS = 16;

export interface NewToken {
  /** `ert_` and 52 base32 characters (256 random bits). The secret itself: show it once, and do not store it. */
  readonly token: string;
  /** `tok_` and 16 base32 characters. Identifies the token in events and logs; reveals nothing about the secret. */
  readonly tokenId: string;
  /** Stored instead of the token. */
  readonly sha256: string;
}

/** A bearer token from `randomBytes`, which must be cryptographically secure: pass the one of node:crypto. */
export function newToken(randomBytes: (sizeBytes: number) => Uint8Array): NewToken {
  const token = `ert_${base32(randomBytes(SECRET_BYTES), SECRET_CHARS)}`;
  const tokenId = `tok_${base32(randomBytes(ID_BYTES), ID_CHARS)}`;
  return { token, tokenId, sha256: hashToken(token) };
}

/**
 * The key by which a token is looked up: SHA-256, lower-case hex. No salt and no stretching, because a secret of 256
 * random bits cannot be guessed, and the look-up by hash leaks nothing through its timing.
 */
export const hashToken = (token: string): string => sha256Of(token);

const base32 = (bytes: Uint8Array, chars: number): string => base32Of(numberOf(bytes), chars, BASE32_HEX);
