import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ApiCallAudited, streamOf } from '@evidence/contracts';
import { eventually } from '@evidence/testkit';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { OidcIssuer, type OidcIssuerOptions } from '../../src/adapters/oidc-issuer.js';
import { GatewayUnderTest, START, seedRequest } from '../gateway-under-test.js';

const REPORTS = '/api/v2/reports';
const ISSUER = 'https://login.example/realms/acme';
const AUDIENCE = 'evidence-reports';
const NOW_S = Date.parse(START) / 1000;

const CLAIMS = { tenant: 'acme', scope: 'openid reports:read reports:generate' };

interface KeyPair {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

async function keyPair(kid: string, alg = 'ES256'): Promise<KeyPair> {
  return { kid, alg, ...(await generateKeyPair(alg, { extractable: true })) };
}

/** An issuer on loopback, and a gateway that trusts it. */
async function trustingWith(keys: KeyPair[], more: Partial<OidcIssuerOptions> = {}) {
  const issuer = { keys, asked: 0, answers: true };
  const server = createServer(async (_, response) => {
    issuer.asked += 1;
    if (!issuer.answers) return response.writeHead(503).end();
    const jwks = issuer.keys.map(async ({ kid, alg, publicKey }) => ({ ...(await exportJWK(publicKey)), kid, alg }));
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ keys: await Promise.all(jwks) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const gateway = await GatewayUnderTest.open({
    issuer: new OidcIssuer({
      issuer: ISSUER,
      audience: AUDIENCE,
      jwksUrl: `http://127.0.0.1:${port}/jwks`,
      claims: { tenant: 'tenant', scopes: 'scope' },
      algorithms: ['RS256', 'ES256'],
      clockSkewS: 30,
      type: 'at+jwt',
      lifetimeSecondsMax: 3600,
      ...more,
    }),
  });
  return { issuer, gateway };
}

const trusting = (...keys: KeyPair[]) => trustingWith(keys);

interface Token {
  readonly claims?: JWTPayload;
  readonly iss?: string;
  readonly aud?: string | null;
  readonly typ?: string | null;
  /** Seconds from the test's start; null: not stated. */
  readonly issued?: number | null;
  /** Seconds from the test's start. */
  readonly expiresIn?: number | null;
  readonly sub?: string | null;
  readonly kid?: string;
}

function jwt({ privateKey, kid, alg }: KeyPair, token: Token = {}): Promise<string> {
  const { claims = CLAIMS, iss = ISSUER, aud = AUDIENCE, expiresIn = 300, sub = 'jane@acme.example' } = token;
  const { typ = 'at+jwt', issued = 0 } = token;
  const jws = new SignJWT(claims).setProtectedHeader({ alg, kid: token.kid ?? kid, ...(typ !== null && { typ }) });
  jws.setIssuer(iss);
  if (aud !== null) jws.setAudience(aud);
  if (issued !== null) jws.setIssuedAt(NOW_S + issued);
  if (sub !== null) jws.setSubject(sub);
  if (expiresIn !== null) jws.setExpirationTime(NOW_S + expiresIn);
  return jws.sign(privateKey);
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('a JWT of the issuer grants its scopes, for the tenant that it names', async () => {
  const key = await keyPair('k1');
  const { gateway } = await trusting(key);
  const token = await jwt(key);
  const asked = await gateway.call(REPORTS, { method: 'POST', json: seedRequest, token });
  expect(asked.status).toBe(202);
  expect((await gateway.call(`${REPORTS}/${asked.json.id}`)).status).toBe(200);
  const missing = await gateway.call('/api/v2/findings', { token });
  expect(missing).toMatchObject({ status: 403, json: { error: 'missing_scope' } });

  const globex = await jwt(key, { claims: { ...CLAIMS, tenant: 'globex' } });
  expect((await gateway.call(`${REPORTS}/${asked.json.id}`, { token: globex })).status).toBe(404);
  const listed = await jwt(key, { claims: { tenant: 'acme', scope: ['reports:read'] } });
  expect((await gateway.call(REPORTS, { token: listed })).status).toBe(200);
});

test('all tokens of a subject are one actor, and the audit log has the subject', async () => {
  const key = await keyPair('k1');
  const { gateway } = await trusting(key);
  await gateway.call(REPORTS, { token: await jwt(key) });
  await gateway.call(REPORTS, { token: await jwt(key, { expiresIn: 200 }) });
  await gateway.call(REPORTS, { token: await jwt(key, { sub: 'joe' }) });
  const calls = await eventually(async () => {
    const recorded = await gateway.recordedIn(streamOf.audit('acme'));
    expect(recorded).toHaveLength(3);
    return recorded.map(({ data }) => data as ApiCallAudited);
  });
  expect(calls.map(({ subject }) => subject)).toEqual(['jane@acme.example', 'jane@acme.example', 'joe']);
  expect(new Set(calls.map(({ actor }) => actor)).size).toBe(2);
  expect(calls[0]?.actor).toMatch(/^token:oidc_[0-9a-f]{32}$/);
});

test('a JWT is valid until 30 s of skew after it expires; then the denied call is audited', async () => {
  const key = await keyPair('k1');
  const { gateway } = await trusting(key);
  const token = await jwt(key, { expiresIn: 60 });
  gateway.wait(89);
  expect((await gateway.call(REPORTS, { token })).status).toBe(200);
  gateway.wait(1);
  expect(await gateway.call(REPORTS, { token })).toMatchObject({ status: 401, json: { error: 'expired_token' } });
  await eventually(async () => expect(await gateway.recordedIn(streamOf.audit('acme'))).toHaveLength(2));
});

test('a JWT is refused with another issuer, audience or key, or without expiry, subject or tenant', async () => {
  const key = await keyPair('k1');
  const other = await keyPair('k1');
  const { gateway } = await trusting(key);
  const [header = '', payload = '', signature = ''] = (await jwt(key)).split('.');
  const tampered = encoded({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), tenant: 'globex' });
  const wrong = {
    issuer: await jwt(key, { iss: 'https://login.example/realms/evil' }),
    audience: await jwt(key, { aud: 'another-api' }),
    key: await jwt(other),
    'another audience, once': await jwt(key, { aud: 'another-api', expiresIn: -300 }),
    'no audience': await jwt(key, { aud: null }),
    endless: await jwt(key, { expiresIn: null }),
    'an ID token': await jwt(key, { typ: 'JWT' }),
    'of no type': await jwt(key, { typ: null }),
    'of unknown age': await jwt(key, { issued: null }),
    'long-lived': await jwt(key, { expiresIn: 3601 }),
    'long-lived and old': await jwt(key, { issued: -7200, expiresIn: -60 }),
    holderless: await jwt(key, { sub: null }),
    'empty holder': await jwt(key, { sub: '' }),
    tenantless: await jwt(key, { claims: { scope: CLAIMS.scope } }),
    'odd tenant': await jwt(key, { claims: { ...CLAIMS, tenant: '../globex' } }),
    'tenant list': await jwt(key, { claims: { ...CLAIMS, tenant: ['acme'] } }),
    'not yet': await jwt(key, { claims: { ...CLAIMS, nbf: NOW_S + 31 } }),
    tampered: `${header}.${tampered}.${signature}`,
    unsigned: `${header}.${payload}.`,
    garbage: 'a.b.c',
  };
  for (const [what, token] of Object.entries(wrong)) {
    const { status, json } = await gateway.call(REPORTS, { token });
    expect([what, status, json.error]).toEqual([what, 401, 'invalid_token']);
  }
});

test('the type of a token can be left open, and is accepted with its full name too', async () => {
  const key = await keyPair('k1');
  const { gateway } = await trustingWith([key], { type: undefined });
  for (const typ of ['at+jwt', 'JWT', null])
    expect((await gateway.call(REPORTS, { token: await jwt(key, { typ }) })).status).toBe(200);
  const strict = await trusting(key);
  const token = await jwt(key, { typ: 'application/at+jwt', expiresIn: 3600 });
  expect((await strict.gateway.call(REPORTS, { token })).status).toBe(200);
});

test('alg none, and HS256 with the public key, are refused', async () => {
  const key = await keyPair('k1', 'RS256');
  const { gateway } = await trusting(key);
  const payload = encoded({ ...CLAIMS, iss: ISSUER, aud: AUDIENCE, sub: 'jane', exp: NOW_S + 300 });
  const none = `${encoded({ alg: 'none', kid: 'k1' })}.${payload}.`;
  const signed = `${encoded({ alg: 'HS256', kid: 'k1' })}.${payload}`;
  const secrets = [await exportSPKI(key.publicKey), JSON.stringify(await exportJWK(key.publicKey))];
  const forged = secrets.map(
    (secret) => `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`,
  );
  for (const token of [none, `${none}x`, ...forged]) {
    const { status, json } = await gateway.call(REPORTS, { token });
    expect([status, json.error]).toEqual([401, 'invalid_token']);
  }
  expect((await gateway.call(REPORTS, { token: await jwt(key) })).status).toBe(200);
});

test('a key of the issuer is refused with an algorithm that is not listed', async () => {
  const [listed, other] = [await keyPair('k1'), await keyPair('k2', 'ES384')];
  const { gateway } = await trusting(listed, other);
  expect((await gateway.call(REPORTS, { token: await jwt(listed) })).status).toBe(200);
  expect(await gateway.call(REPORTS, { token: await jwt(other) })).toMatchObject({
    status: 401,
    json: { error: 'invalid_token' },
  });
});

test('the keys are fetched once, and a flood of unknown key ids does not cause a flood of fetches', async () => {
  const key = await keyPair('k1');
  const { gateway, issuer } = await trusting(key);
  await Promise.all(Array.from({ length: 20 }, async () => gateway.call(REPORTS, { token: await jwt(key) })));
  expect(issuer.asked).toBe(1);
  for (let each = 0; each < 20; each++) {
    const { status } = await gateway.call(REPORTS, { token: await jwt(key, { kid: `unknown-${each}` }) });
    expect(status).toBe(401);
  }
  expect(issuer.asked).toBe(1);
});

test('an unavailable issuer is asked rarely; its tokens return 503, and our own work as usual', async () => {
  const key = await keyPair('k1');
  const { gateway, issuer } = await trusting(key);
  issuer.answers = false;
  for (let each = 0; each < 5; each++) {
    const answer = await gateway.call(REPORTS, { token: await jwt(key) });
    expect(answer).toMatchObject({ status: 503, json: { error: 'unavailable' } });
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
  }
  expect(issuer.asked).toBe(1);
  expect((await gateway.call(REPORTS)).status).toBe(200);
});

test('without an issuer, JWTs are refused', async () => {
  const gateway = await GatewayUnderTest.open();
  expect(await gateway.call(REPORTS, { token: await jwt(await keyPair('k1')) })).toMatchObject({
    status: 401,
    json: { error: 'invalid_token' },
  });
});
