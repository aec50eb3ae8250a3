import { expect, test } from 'vitest';
import { gatewayConfig } from '../../src/shell/config.js';

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

test('no issuer or proxy is trusted unless configured', () => {
  expect(config().trustedProxies).toEqual([]);
  expect(config().oidc).toBeUndefined();
});

test('a finding’s URL is that of our page under PUBLIC_URL, or the operator’s, which must contain {id}', () => {
  const PUBLIC_URL = 'https://proxy.example/evidence/';
  expect(config({ PUBLIC_URL }).findingUrlTemplate).toBe('https://proxy.example/evidence/findings/{id}');
  const FINDING_URL_TEMPLATE = 'https://app.example/#/finding/{id}?tab=1';
  expect(config({ PUBLIC_URL, FINDING_URL_TEMPLATE }).findingUrlTemplate).toBe(FINDING_URL_TEMPLATE);
  for (const wrong of ['https://app.example/findings', '/findings/{id}', 'https://app.example/{finding}/{id}'])
    expect(() => config({ FINDING_URL_TEMPLATE: wrong })).toThrow('FINDING_URL_TEMPLATE');
});

test('templates can be turned off', () => {
  expect(config().packTemplates).toBe('on');
  expect(config({ PACK_TEMPLATES: 'off' }).packTemplates).toBe('off');
  expect(() => config({ PACK_TEMPLATES: 'no' })).toThrow('PACK_TEMPLATES');
});

test('CORS accepts only origins', () => {
  expect(config().corsOrigins).toEqual([]);
  expect(config({ CORS_ORIGINS: 'https://a.example, http://b.example:8080' }).corsOrigins).toHaveLength(2);
  for (const wrong of ['a.example', 'https://a.example/', 'https://a.example/path'])
    expect(() => config({ CORS_ORIGINS: wrong })).toThrow('CORS_ORIGINS');
});

test('limits have defaults, each can be set or turned off, and invalid values are refused', () => {
  expect(config().callsPerMinute).toEqual({ reports: 6, token: 60, tenant: 1200 });
  expect(config().importBytesMax).toBe(1024 ** 3);
  const set = config({
    RATE_LIMIT_REPORTS_PER_MINUTE: '0',
    RATE_LIMIT_PER_MINUTE: '600',
    RATE_LIMIT_TENANT_PER_MINUTE: '300',
    IMPORT_MAX_BYTES: '1000',
  });
  expect(set.callsPerMinute).toEqual({ reports: 0, token: 600, tenant: 300 });
  expect(set.importBytesMax).toBe(1000);
  for (const wrong of ['-1', '1.5', 'off', '1e3']) {
    expect(() => config({ RATE_LIMIT_PER_MINUTE: wrong })).toThrow('RATE_LIMIT_PER_MINUTE');
  }
});

test('clients see us at PUBLIC_URL, by default on this machine', () => {
  expect(config({ PORT: '8081' }).publicUrl).toBe('http://127.0.0.1:8081');
  expect(config({ PUBLIC_URL: 'https://reports.example/' }).publicUrl).toBe('https://reports.example');
  expect(() => config({ PUBLIC_URL: 'reports.example' })).toThrow('PUBLIC_URL');
});

test('proxies are address blocks, and an invalid one is named', () => {
  expect(config({ TRUSTED_PROXIES: '10.0.0.0/8, fd00::/8' }).trustedProxies).toEqual(['10.0.0.0/8', 'fd00::/8']);
  for (const wrong of ['10.0.0.1', 'loopback', 'true', '10.0.0.0/33']) {
    expect(() => config({ TRUSTED_PROXIES: `127.0.0.0/8,${wrong}` })).toThrow(`not "${wrong}"`);
  }
});

test('an issuer requires audience and keys, and has defaults for the rest', () => {
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

test('unsafe settings are refused: shared secrets, keys over plain HTTP, an unlimited clock skew', () => {
  for (const algorithms of ['none', 'HS256', 'RS256,HS256', 'RS256,', 'rs256']) {
    expect(() => config({ ...OIDC, OIDC_ALGORITHMS: algorithms })).toThrow('OIDC_ALGORITHMS');
  }
  expect(() => config({ ...OIDC, OIDC_JWKS_URL: 'http://login.example/certs' })).toThrow('https://');
  expect(config({ ...OIDC, OIDC_JWKS_URL: 'http://127.0.0.1:9/certs' }).oidc?.jwksUrl).toContain('127.0.0.1');
  expect(config(OIDC).oidc).toMatchObject({ type: 'at+jwt', lifetimeSecondsMax: 86_400 });
  expect(config({ ...OIDC, OIDC_TOKEN_TYPE: 'any' }).oidc?.type).toBeUndefined();
  expect(() => config({ ...OIDC, OIDC_TOKEN_TYPE: 'JWT' })).toThrow('OIDC_TOKEN_TYPE');
  expect(() => config({ ...OIDC, OIDC_TOKEN_LIFETIME_MAX_SECONDS: '0' })).toThrow('OIDC_TOKEN_LIFETIME');
  expect(() => config({ ...OIDC, OIDC_CLOCK_SKEW_SECONDS: '301' })).toThrow('OIDC_CLOCK_SKEW_SECONDS');
});
