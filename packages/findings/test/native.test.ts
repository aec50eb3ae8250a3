import { documentSchemas } from '@evidence/contracts';
import { describe, expect, it } from 'vitest';
import { asLines, checkScan, imported, inChunks, refusalOf } from './importing.js';

const read = (text: string) => imported(inChunks(text, 50), { format: 'native' });
const header = { format: 'evidence-findings/v1', tool: { name: 'own', version: '7' } };
const row = (more: object = {}) => ({ title: 'It leaks', severity: 'high', ...more });
const documentOf = (more: object, ...findings: readonly unknown[]) => JSON.stringify({ ...header, ...more, findings });

describe('the native format', () => {
  it('reads its own example, as a document and as lines', async () => {
    const { findings, ...scan } = documentSchemas['NativeScan.v1'].examples[0];
    for (const text of [JSON.stringify({ ...scan, findings }, undefined, 2), asLines(scan, ...findings)]) {
      const file = await read(text);
      checkScan(file);
      expect(file.warnings).toEqual([]);
      expect(file.scan).toMatchObject({
        tool: { name: 'in-house red team', version: '2026.5' },
        startedAt: '2026-05-20T08:00:00.000Z',
        attempts: 20,
        evaluations: { total: 20, passed: 17, failed: 3 },
        counts: { in: 1, recorded: 1, skipped: {} },
        discrepancies: [],
      });
      expect(file.findings[0]).toMatchObject({ severity: 'high', evidence: { hits: 3, evaluations: 20 } });
      expect(file.findings[0]?.refs.map(({ ref }) => ref)).toEqual(['MITRE_ATLAS_AML_T0051', 'OWASP_LLM07']);
    }
  });

  it.each([
    ['1-5', 1, 'critical'],
    ['1-5', '5', 'info'],
    ['1-5', 0, undefined],
    ['0-1', 0.95, 'critical'],
    ['0-1', 0, 'info'],
    ['0-1', 1.5, undefined],
    ['P0-P4', 'P0', 'critical'],
    ['P0-P4', 'p2', 'medium'],
    ['P0-P4', 2, undefined],
    ['1-5', 'Moderate', 'medium'],
    [undefined, 1, undefined],
    [undefined, 0.5, undefined],
    [undefined, 'P1', undefined],
    [undefined, 'severe', undefined],
  ])('on the scale %s reads %o as %s, and never guesses', async (severity_scale, severity, expected) => {
    for (const text of [
      documentOf({ severity_scale }, row({ severity })),
      documentOf({}, row({ severity, severity_scale })),
    ]) {
      const { scan, findings } = await read(text);
      expect(findings[0]?.severity).toBe(expected);
      expect(scan.counts.skipped).toEqual(expected === undefined ? { severity_unknown: 1 } : {});
    }
  });

  it('warns about a scale that comes after the findings, and does not use it', async () => {
    const { format, tool } = header;
    const late = JSON.stringify({ format, tool, findings: [row({ severity: 1 })], severity_scale: '1-5' });
    const { scan, warnings } = await read(late);
    expect(warnings.map(({ code }) => code)).toEqual(['severity_unknown', 'scale_too_late']);
    expect(scan.counts).toMatchObject({ in: 1, recorded: 0 });
  });

  it('knows the other names of a status', async () => {
    const { findings, warnings } = await read(documentOf({}, row({ status: 'resolved' }), row({ status: 'wontfix' })));
    expect(findings.map(({ status }) => status)).toEqual(['fixed', 'open']);
    expect(warnings.map(({ code }) => code)).toEqual(['status_unknown']);
  });

  it('skips rows that break their contract, and names them', async () => {
    const { scan, warnings } = await read(asLines(header, row(), { severity: 'high' }, '{', row({ title: 7 })));
    expect(scan.counts).toEqual({ in: 4, recorded: 1, skipped: { unusable_finding: 2, not_json: 1 } });
    expect(warnings.map(({ line }) => line)).toEqual([3, 4, 5]);
  });

  it.each([
    ['of an unknown severity', row({ severity: 7, hits: 2 })],
    ['without a title', { severity: 'high', hits: 2 }],
    ['with a title that is not text', row({ title: 7, hits: 2 })],
  ])('counts the failures of a row that it skips, %s, because its probe did not pass', async (_, skipped) => {
    const probes = [{ probe: 'x', passed: 10, failed: 0, tags: ['LLM01:2025'] }];
    const { scan } = await read(documentOf({ probes }, { ...skipped, probe: 'x', tags: ['LLM05:2025'] }));
    expect(scan.counts).toMatchObject({ in: 1, recorded: 0 });
    expect(scan.probes).toMatchObject([{ probe: 'x', evaluations: { passed: 10, failed: 2 } }]);
    expect(scan.probes[0]?.refs.map(({ ref }) => ref)).toEqual(['OWASP_LLM01', 'OWASP_LLM05']);
    expect(scan.discrepancies).toEqual([{ subject: 'x/: failed', stated: 0, counted: 2 }]);
  });

  it('has unknown passes if a row does not state them', async () => {
    const { scan, findings } = await read(documentOf({}, row({ hits: 2 })));
    expect(scan).toMatchObject({ evaluated: true, evaluations: { total: null, passed: null, failed: 2 } });
    expect(findings[0]?.evidence).toMatchObject({ hits: 2, evaluations: null });
  });

  it('lets neither missing findings nor missing totals make a probe look better', async () => {
    const probes = [
      { probe: 'a', passed: 5, failed: 0 },
      { probe: 'b', passed: 5, failed: 4 },
    ];
    const { scan } = await read(
      documentOf({ probes, totals: { findings: 3 } }, row({ probe: 'a', hits: 2 }), row({ probe: 'b' })),
    );
    expect(scan.probes.map(({ evaluations }) => [evaluations.passed, evaluations.failed])).toEqual([
      [5, 2],
      [5, 4],
    ]);
    expect(scan.discrepancies).toEqual([
      { subject: 'a/: failed', stated: 0, counted: 2 },
      { subject: 'b/: failed', stated: 4, counted: 1 },
      { subject: 'totals: findings', stated: 3, counted: 2 },
    ]);
  });

  it('without probes and findings is not evaluated; a clean probe is', async () => {
    expect((await read(documentOf({}))).scan).toMatchObject({ evaluated: false });
    const clean = await read(documentOf({ probes: [{ probe: 'a', passed: 5, failed: 0, tags: ['LLM01:2025'] }] }));
    expect(clean.scan).toMatchObject({
      evaluated: true,
      counts: { in: 0 },
      probes: [{ refs: [{ ref: 'OWASP_LLM01' }] }],
    });
  });

  it('must name its format', async () => {
    expect(await refusalOf(read(JSON.stringify({ findings: [row()] })))).toMatchObject({ code: 'not_this_format' });
  });
});
