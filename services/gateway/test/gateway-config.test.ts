import { expect, test } from 'vitest';
import { gatewayConfig } from '../src/shell/config.js';

const PLATFORM = {
  DATA_DIR: '/data',
  NATS_URL: 'nats://127.0.0.1:4222',
  EVENT_STORE_URL: 'kurrentdb://127.0.0.1:2113?tls=false',
};
const OIDC = {
  OIDC_ISSUER: 'https://login.example/realms/acme',
  OIDC_AUDIENCE: 'evidence-reports',
  OIDC_JWKS_URL: 'https://login.example/realms/acme/certs',
};
const config = (more: Record<string, string> = {}) => gatewayConfig({ ...PLATFORM, ...more });

test('nobody is trusted unless said so', () => {
  expect(config().trustedProxies).toEqual([]);
  expect(config().oidc).toBeUndefined();
});

test('each process may have its own folder for its views', () => {
  expect(config().viewsFolder).toBe('/data/views/gateway');
  expect(config({ GATEWAY_VIEWS_DIR: '/views/2' }).viewsFolder).toBe('/views/2');
});

test('proxies are address blocks, and the wrong one is named', () => {
  expect(config({ TRUSTED_PROXIES: '10.0.0.0/8, fd00::/8' }).trustedProxies).toEqual(['10.0.0.0/8', 'fd00::/8']);
  for (const wrong of ['10.0.0.1', 'loopback', 'true', '10.0.0.0/33']) {
    expect(() => config({ TRUSTED_PROXIES: `127.0.0.0/8,${wrong}` })).toThrow(`not "${wrong}"`);
  }
});

test('an issuer comes with audience and keys, and has defaults for the rest', () => {
  expect(config(OIDC).oidc).toMatchObject({
    issuer: OIDC.OIDC_ISSUER,
    claims: { tenant: 'tenant', scopes: 'scope' },
    algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    clockSkewS: 30,
  });
  const named = { OIDC_TENANT_CLAIM: 'org', OIDC_SCOPES_CLAIM: 'permissions', OIDC_ALGORITHMS: 'ES256, ES384' };
  expect(config({ ...OIDC, ...named }).oidc).toMatchObject({
    claims: { tenant: 'org', scopes: 'permissions' },
    algorithms: ['ES256', 'ES384'],
  });
  expect(() => config({ OIDC_ISSUER: OIDC.OIDC_ISSUER })).toThrow('OIDC_AUDIENCE');
});

test('what would let a forger in is refused: shared secrets, keys over open networks, a clock without bounds', () => {
  for (const algorithms of ['none', 'HS256', 'RS256,HS256', 'RS256,', 'rs256']) {
    expect(() => config({ ...OIDC, OIDC_ALGORITHMS: algorithms })).toThrow('OIDC_ALGORITHMS');
  }
  expect(() => config({ ...OIDC, OIDC_JWKS_URL: 'http://login.example/certs' })).toThrow('https://');
  expect(config({ ...OIDC, OIDC_JWKS_URL: 'http://127.0.0.1:9/certs' }).oidc?.jwksUrl).toContain('127.0.0.1');
  expect(() => config({ ...OIDC, OIDC_CLOCK_SKEW_SECONDS: '301' })).toThrow('OIDC_CLOCK_SKEW_SECONDS');
});
