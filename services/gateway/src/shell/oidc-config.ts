import { integer, oneOf, text, url } from '@evidence/runtime';
import type { OidcIssuerOptions } from '../adapters/oidc-issuer.js';

/** Public-key algorithms (RFC 7518 §3.1, RFC 8037): with a shared secret, we could forge the tokens that we verify. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const ALGORITHMS_DEFAULT = 'RS256,PS256,ES256,EdDSA';
const CLOCK_SKEW_DEFAULT_S = 30;
const CLOCK_SKEW_MAX_S = 300;
const LIFETIME_DEFAULT_S = 24 * 60 * 60;
const LIFETIME_MAX_S = 30 * LIFETIME_DEFAULT_S;
const CLAIM = /^[\x21-\x7e]{1,128}$/;

/** JWTs of an OpenID provider are accepted if `OIDC_ISSUER` is set; then the next two are required. */
export const oidcVariables = {
  oidcIssuer: url('OIDC_ISSUER', { default: undefined, schemes: ['https', 'http'] }),
  oidcAudience: text('OIDC_AUDIENCE', { default: undefined }),
  oidcJwksUrl: url('OIDC_JWKS_URL', { default: undefined, schemes: ['https', 'http'] }),
  oidcTenantClaim: text('OIDC_TENANT_CLAIM', { default: 'tenant', pattern: CLAIM, meaning: 'the name of a claim' }),
  oidcScopesClaim: text('OIDC_SCOPES_CLAIM', { default: 'scope', pattern: CLAIM, meaning: 'the name of a claim' }),
  oidcAlgorithms: text('OIDC_ALGORITHMS', {
    default: ALGORITHMS_DEFAULT,
    pattern: new RegExp(`^(${ALGORITHMS.join('|')})(, *(${ALGORITHMS.join('|')}))*$`),
    meaning: `one or more of ${ALGORITHMS.join(', ')}, separated by commas`,
  }),
  oidcClockSkewS: integer('OIDC_CLOCK_SKEW_SECONDS', { default: CLOCK_SKEW_DEFAULT_S, min: 0, max: CLOCK_SKEW_MAX_S }),
  oidcTokenType: oneOf('OIDC_TOKEN_TYPE', ['at+jwt', 'any'], { default: 'at+jwt' }),
  oidcLifetimeSecondsMax: integer('OIDC_TOKEN_LIFETIME_MAX_SECONDS', {
    default: LIFETIME_DEFAULT_S,
    min: 1,
    max: LIFETIME_MAX_S,
  }),
};

interface OidcSettings {
  readonly oidcIssuer: string | undefined;
  readonly oidcAudience: string | undefined;
  readonly oidcJwksUrl: string | undefined;
  readonly oidcTenantClaim: string;
  readonly oidcScopesClaim: string;
  readonly oidcAlgorithms: string;
  readonly oidcClockSkewS: number;
  readonly oidcTokenType: 'at+jwt' | 'any';
  readonly oidcLifetimeSecondsMax: number;
}

/** A sentence for each problem: an incomplete configuration, or keys that are fetched over an insecure connection. */
export function oidcProblems({ oidcIssuer, oidcAudience, oidcJwksUrl }: Partial<OidcSettings>): readonly string[] {
  if (oidcIssuer === undefined) return [];
  const problems: string[] = [];
  if (oidcAudience === undefined || oidcJwksUrl === undefined)
    problems.push('OIDC_ISSUER requires OIDC_AUDIENCE and OIDC_JWKS_URL: set them.');
  const { protocol, hostname } = new URL(oidcJwksUrl ?? 'https://absent');
  if (protocol === 'http:' && !['127.0.0.1', '[::1]', 'localhost'].includes(hostname))
    problems.push('OIDC_JWKS_URL must start with https:// unless it is on this machine.');
  return problems;
}

/** The trusted issuer, from settings in which {@link oidcProblems} finds no problem; undefined: none. */
export function oidcIssuerOf(settings: OidcSettings): OidcIssuerOptions | undefined {
  const { oidcIssuer: issuer, oidcAudience: audience, oidcJwksUrl: jwksUrl } = settings;
  if (issuer === undefined || audience === undefined || jwksUrl === undefined) return undefined;
  return {
    issuer,
    audience,
    jwksUrl,
    claims: { tenant: settings.oidcTenantClaim, scopes: settings.oidcScopesClaim },
    algorithms: settings.oidcAlgorithms.split(',').map((one) => one.trim()),
    clockSkewS: settings.oidcClockSkewS,
    type: settings.oidcTokenType === 'any' ? undefined : settings.oidcTokenType,
    lifetimeSecondsMax: settings.oidcLifetimeSecondsMax,
  };
}
