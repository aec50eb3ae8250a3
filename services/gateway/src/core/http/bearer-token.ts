import { Problem } from '../call/problem.js';
import { sentences } from '../call/sentences.js';

const CHALLENGE = 'Bearer realm="evidence-reports"';

/** The token in an `Authorization` header (RFC 6750 §2.1). Throws `missing_token`. */
export function bearerTokenIn(authorization: string | undefined): string {
  const token = /^Bearer +([\w.~+/-]+=*) *$/i.exec(authorization ?? '')?.[1];
  if (token !== undefined) return token;
  throw new Problem('missing_token', sentences.tokenMissing);
}

/** The value of `WWW-Authenticate` for a problem with the token (RFC 6750 §3); undefined for other problems. */
export function challengeOf({ slug, facts }: Pick<Problem, 'slug' | 'facts'>): string | undefined {
  switch (slug) {
    case 'missing_token':
      return CHALLENGE;
    case 'invalid_token':
      return `${CHALLENGE}, error="invalid_token"`;
    case 'expired_token':
      return `${CHALLENGE}, error="invalid_token", error_description="expired"`;
    case 'missing_scope':
      return `${CHALLENGE}, error="insufficient_scope", scope="${facts.allowed?.join(' ') ?? ''}"`;
    default:
      return undefined;
  }
}
