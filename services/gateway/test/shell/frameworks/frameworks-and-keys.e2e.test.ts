import { X509Certificate } from 'node:crypto';
import type { Framework, FrameworkCrosswalk, FrameworkList, JwkSet } from '@evidence/contracts';
import { loadFrameworks } from '@evidence/frameworks/load';
import { expect, test } from 'vitest';
import { everybodyListens, GatewayUnderTest } from '../../gateway-under-test.js';

/** Whether a pair lacks its source, licence or reason. */
const isUnexplained = ({
  source,
  licence,
  rationale,
}: Omit<FrameworkCrosswalk['pairs'][number], 'framework_b' | 'edition_b'>): boolean =>
  [source.publisher, source.document, licence, rationale].includes('');

test('the frameworks are listed with their editions and the default one', async () => {
  const gateway = await GatewayUnderTest.open();
  const { json } = await gateway.call<FrameworkList>('/api/v2/frameworks');
  const slugs = ['OWASP_LLM', 'OWASP_AGENTIC', 'MITRE_ATLAS', 'NIST_AI_600_1', 'EU_AI_ACT', 'ISO_42001'];
  expect(json.data.map(({ slug }) => slug).toSorted()).toEqual(slugs.toSorted());
  const llm = json.data.find(({ slug }) => slug === 'OWASP_LLM');
  expect(llm?.default_edition).toBe('2025');
  expect(llm?.editions.map(({ edition }) => edition)).toEqual(['2023', '2025', '2026']);
});

test('a framework has all controls, its ref grammar and its crosswalk with sources', async () => {
  const gateway = await GatewayUnderTest.open();
  const { frameworkOf, crosswalk } = loadFrameworks();
  for (const { slug } of (await gateway.call<FrameworkList>('/api/v2/frameworks')).json.data) {
    const { status, json } = await gateway.call<Framework>(`/api/v2/frameworks/${slug}`);
    expect(status).toBe(200);
    const refs = json.editions.flatMap(({ controls }) => controls.map(({ ref }) => ref));
    expect(refs.length).toBeGreaterThan(9);
    const grammar = new RegExp(json.ref_grammar);
    expect(refs.filter((ref) => !grammar.test(ref))).toEqual([]);
    const touching = crosswalk.pairs.filter(({ refA, refB }) => [refA, refB].some((ref) => frameworkOf(ref) === slug));
    expect(json.crosswalk.pairs).toHaveLength(touching.length);
    expect(json.crosswalk.pairs.filter(isUnexplained)).toEqual([]);
  }
});

test('an edition states when it was compared, its notice, to whom its controls apply, and which entries get no verdict', async () => {
  const gateway = await GatewayUnderTest.open();
  const editionOf = async (slug: string, edition: string) => {
    const { json } = await gateway.call<Framework>(`/api/v2/frameworks/${slug}`);
    return json.editions.find((each) => each.edition === edition);
  };
  const act = await editionOf('EU_AI_ACT', '2024/1689@2026-07-27');
  expect(act).toMatchObject({ compared_at: '2026-11-29', notice: expect.stringContaining('no legal force') });
  expect(act?.controls.find(({ ref }) => ref === 'EU_AI_ACT_Art9')).toMatchObject({
    applies_to_every: 'every high-risk AI system',
    applicability: {
      roles: ['provider'],
      applies_from: [
        { date: '2027-12-02', risk_class: 'high-risk-annex-iii', scope: expect.any(String) },
        { date: '2028-08-02', risk_class: 'high-risk-annex-i', scope: expect.any(String) },
      ],
      reviewed: true,
    },
  });
  const atlas = await editionOf('MITRE_ATLAS', '2026.09');
  expect(atlas?.controls[2]).toMatchObject({
    kind: 'tactic',
    former_titles: ['AI Attack Staging', 'ML Attack Staging'],
  });
  expect(atlas?.other_entries.map(({ kind }) => kind)).toEqual(Array(40).fill('mitigation'));
});

test('an unknown framework is not found, and the known ones are named', async () => {
  const gateway = await GatewayUnderTest.open();
  const { status, json } = await gateway.call('/api/v2/frameworks/OWASP_LLMS');
  expect({ status, error: json.error }).toEqual({ status: 404, error: 'framework_not_found' });
  expect(json.allowed).toContain('OWASP_LLM');
});

test('the crosswalk of an edition starts at its refs, and states for each pair its source, licence, strength and reason', async () => {
  const gateway = await GatewayUnderTest.open();
  for (const { slug, default_edition } of (await gateway.call<FrameworkList>('/api/v2/frameworks')).json.data) {
    const { status, json } = await gateway.call<FrameworkCrosswalk>(`/api/v2/frameworks/${slug}/crosswalk`);
    expect({ status, slug: json.framework, edition: json.edition }).toEqual({
      status: 200,
      slug,
      edition: default_edition,
    });
    expect(json.pairs.length).toBeGreaterThan(0);
    expect(json.pairs.filter(({ ref_a, ref_b }) => !ref_a.startsWith(slug) || ref_b.startsWith(slug))).toEqual([]);
    expect(json.pairs.filter(isUnexplained)).toEqual([]);
  }
  const older = await gateway.call<FrameworkCrosswalk>('/api/v2/frameworks/OWASP_LLM/crosswalk?edition=2023');
  expect(older.json.edition).toBe('2023');
});

test('the crosswalk of an unknown edition or framework is refused with the known ones', async () => {
  const gateway = await GatewayUnderTest.open();
  const crosswalk = (rest: string) => gateway.call(`/api/v2/frameworks/${rest}`);
  expect(await crosswalk('OWASP_LLM/crosswalk?edition=1999')).toMatchObject({
    status: 400,
    json: { error: 'framework_unknown', field: 'edition', value: '1999', allowed: ['2023', '2025', '2026'] },
  });
  expect(await crosswalk('OWASP_LLM/crosswalk?year=2025')).toMatchObject({
    status: 400,
    json: { error: 'invalid_request', field: 'year' },
  });
  expect(await crosswalk('NOPE/crosswalk')).toMatchObject({ status: 404, json: { error: 'framework_not_found' } });
});

test('the keys are public, and match the certificate', async () => {
  const gateway = await GatewayUnderTest.open();
  const { headers, json } = await gateway.call<JwkSet>('/.well-known/jwks.json', { token: null });
  expect(headers.get('cache-control')).toBe('public, max-age=300');
  const [key] = json.keys;
  const certificate = new X509Certificate(Buffer.from(key?.x5c[0] ?? '', 'base64'));
  const { kty, n, e } = certificate.publicKey.export({ format: 'jwk' });
  expect(key).toMatchObject({ kty, n, e, use: 'sig', alg: 'RS256', development: true });
});

test('healthz needs no token', async () => {
  const gateway = await GatewayUnderTest.open({ bus: { ...everybodyListens, missing: async () => ['nats'] } });
  expect(await gateway.call('/healthz', { token: null })).toMatchObject({ status: 200, json: { status: 'ok' } });
  expect((await gateway.call('/healthz', { token: null, method: 'HEAD' })).body.length).toBe(0);
});
