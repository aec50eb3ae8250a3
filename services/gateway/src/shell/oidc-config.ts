import { ConfigError, integer, text, url } from '@evidence/runtime';
import type { OidcIssuerOptions } from '../adapters/oidc-issuer.js';

/** Public-key algorithms (RFC 7518 §3.1, RFC 8037): with a shared secret we could forge what we are to verify. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const ALGORITHMS_DEFAULT = 'RS256,PS256,ES256,EdDSA';
const CLOCK_SKEW_DEFAULT_S = 30;
const CLOCK_SKEW_MAX_S = 300;
const CLAIM = /^[\x21-\x7e]{1,128}$/;

/** JWTs of an OpenID provider are taken when `OIDC_ISSUER` is set; then the next two are needed. */
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
};

interface OidcSettings {
  readonly oidcIssuer: string | undefined;
  readonly oidcAudience: string | undefined;
  readonly oidcJwksUrl: string | undefined;
  readonly oidcTenantClaim: string;
  readonly oidcScopesClaim: string;
  readonly oidcAlgorithms: string;
  readonly oidcClockSkewS: number;
}

/** The issuer to trust; undefined: none. Throws `ConfigError` for half a configuration, and for keys that anybody on the way could swap. */
export function oidcIssuerOf(settings: OidcSettings): OidcIssuerOptions | undefined {
  const { oidcIssuer: issuer, oidcAudience: audience, oidcJwksUrl: jwksUrl } = settings;
  if (issuer === undefined) return undefined;
  if (audience === undefined || jwksUrl === undefined) {
    throw new ConfigError(['OIDC_ISSUER needs OIDC_AUDIENCE and OIDC_JWKS_URL; set them.']);
  }
  const { protocol, hostname } = new URL(jwksUrl);
  if (protocol === 'http:' && !['127.0.0.1', '[::1]', 'localhost'].includes(hostname)) {
    throw new ConfigError(['OIDC_JWKS_URL starts with https://, or is on this machine.']);
  }
  return {
    issuer,
    audience,
    jwksUrl,
    claims: { tenant: settings.oidcTenantClaim, scopes: settings.oidcScopesClaim },
    algorithms: settings.oidcAlgorithms.split(',').map((one) => one.trim()),
    clockSkewS: settings.oidcClockSkewS,
  };
}
