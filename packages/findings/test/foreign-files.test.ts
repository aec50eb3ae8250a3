import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { foreignFileOf } from '../src/parse/foreign-files.js';
import { headOf } from '../src/parse/head.js';
import { scanFormats } from '../src/parse/index.js';
import { imported, inChunks, refusalOf } from './importing.js';

const json = (value: unknown): string => JSON.stringify(value);
const check = { check_id: 'python.lang.eval', path: 'a.py', start: { line: 1 }, extra: { severity: 'ERROR' } };

/** How files of other tools begin, and what their refusals contain: the tool and the advice. */
const FOREIGN: readonly (readonly [name: string, text: string, what: string, instead: string])[] = [
  ['semgrep', json({ version: '1.90.0', results: [check], errors: [] }), 'Semgrep', '--sarif'],
  ['semgrep clean', json({ errors: [], paths: { scanned: ['a.py'] }, results: [] }), 'Semgrep', '--sarif'],
  ['trivy', json({ SchemaVersion: 2, ArtifactName: 'alpine', Results: [] }), 'Trivy', '--format sarif'],
  ['npm audit', json({ auditReportVersion: 2, vulnerabilities: {}, metadata: {} }), 'npm audit', 'lock file'],
  ['npm 6 audit', json({ actions: [], advisories: {}, muted: [] }), 'npm audit', 'lock file'],
  ['snyk', json({ vulnerabilities: [], ok: true, packageManager: 'npm' }), 'Snyk', '--sarif'],
  ['snyk long', json({ vulnerabilities: [{ id: 'SNYK-1', packageManager: 'npm' }] }), 'Snyk', '--sarif'],
  ['snyk projects', json([{ vulnerabilities: [], ok: true, packageManager: 'npm' }]), 'Snyk', '--sarif'],
  ['cyclonedx', json({ bomFormat: 'CycloneDX', specVersion: '1.6', components: [] }), 'CycloneDX', 'trivy sbom'],
  [
    'cyclonedx xml',
    '<?xml version="1.0"?>\n<bom xmlns="http://cyclonedx.org/schema/bom/1.6">',
    'CycloneDX',
    'trivy sbom',
  ],
  ['spdx', json({ spdxVersion: 'SPDX-2.3', packages: [] }), 'SPDX', 'trivy sbom'],
  [
    'spdx 3',
    json({ '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld', '@graph': [] }),
    'SPDX',
    'trivy sbom',
  ],
  ['spdx tags', 'SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\n', 'SPDX', 'trivy sbom'],
  [
    'bandit',
    json({ errors: [], generated_at: 'x', metrics: { _totals: {} }, results: [] }),
    'Bandit',
    '--format sarif',
  ],
  ['bandit long', json({ results: [{ test_id: 'B101', issue_severity: 'LOW' }] }), 'Bandit', '--format sarif'],
  ['garak page', '<!DOCTYPE html>\n<html><head><title>garak report</title>', "garak's report", '.report.jsonl'],
  ['promptfoo page', '<html lang="en"><title>Eval | promptfoo</title>', 'promptfoo', '-o results.json'],
  ['promptfoo csv', 'topic,[openai:gpt-4] Tell {{topic}},Status,Score\na,b,PASS,1\n', 'promptfoo', '-o results.json'],
  ['promptfoo csv 2', '"q","[echo] {{q}}","Status","Grader Reason"\n', 'promptfoo', '-o results.json'],
  ['promptfoo yaml', 'evalId: eval-1\nresults:\n  version: 3\n', 'promptfoo', '-o results.json'],
  [
    'promptfoo config',
    'description: x\ntargets:\n  - echo\nredteam:\n  plugins: [pii]\n',
    'configuration',
    '-o results.json',
  ],
  [
    'promptfoo schema',
    '# yaml-language-server: $schema=https://promptfoo.dev/x.json\n',
    'configuration',
    '-o results.json',
  ],
  [
    'garak config',
    '---\nsystem:\n  verbose: 0\nplugins:\n  probe_spec: all\n',
    "garak's configuration",
    '.report.jsonl',
  ],
  ['a table', '"Provider","Output"\n"a","b"\n', 'CSV', 'native'],
  ['a table of Windows', 'id;title;severity\r\n1;x;\r\n', 'CSV', 'native'],
];

describe.each(FOREIGN)('a file of %s', (_, text, what, instead) => {
  it('is refused with its tool and advice, under any stated format', async () => {
    for (const format of [undefined, ...scanFormats]) {
      const refusal = await refusalOf(imported(inChunks(text), { format }));
      expect({ format, code: refusal?.code }).toEqual({ format, code: format ? 'not_this_format' : 'format_unknown' });
      expect(refusal?.message).toContain(what);
      expect(refusal?.message).toContain(instead);
      expect(refusal?.message).not.toContain('2.1.0');
    }
  });
});

it('prose and other JSON belong to no known tool', () => {
  for (const text of ['', 'Dear Sir, hello\nDear Madam, hello\n', '{"results": []}', '[]', '<html></html>', 'a: 1\n'])
    expect(foreignFileOf(headOf(Buffer.from(text)))).toBeUndefined();
});

it('JSON that quotes a file of another tool is not taken for that file', () => {
  for (const [, text] of FOREIGN)
    expect(foreignFileOf(headOf(Buffer.from(json({ goal: text, a: { b: { c: [text] } } }))))).toBeUndefined();
});

it.each([
  ['semgrep.json', 'Semgrep'],
  ['semgrep-clean.json', 'Semgrep'],
  ['semgrep-gitlab.json', 'GitLab'],
  ['semgrep-junit.xml', 'JUnit'],
  ['bandit.json', 'Bandit'],
  ['bandit.csv', 'CSV'],
  ['cyclonedx-py.json', 'CycloneDX'],
  ['npm-sbom.cdx.json', 'CycloneDX'],
  ['npm-sbom.spdx.json', 'SPDX'],
  ['eslint.json', 'ESLint'],
  ['detect-secrets.json', 'detect-secrets'],
  ['pip-audit.json', 'pip-audit'],
  ['gitleaks.json', 'Gitleaks'],
])('%s, which the tool itself wrote, is named', async (name, what) => {
  const bytes = readFileSync(new URL(`foreign/${name}`, import.meta.url));
  const refusal = await refusalOf(imported(inChunks(bytes), { format: undefined }));
  expect(refusal).toMatchObject({ code: 'format_unknown', message: expect.stringContaining(`The file is `) });
  expect(refusal?.message).toContain(what);
});

const filesIn = (folder: URL): URL[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(?:jsonl?|sarif|eval)$/.test(entry.name) && entry.name !== 'manifest.json')
    .map(({ parentPath, name }) => new URL(`file://${parentPath}/${name}`));
const ours = ['samples/', 'cases/', '../../../deploy/local/samples/']
  .map((folder) => new URL(folder, import.meta.url))
  .flatMap(filesIn);

it('files that can be imported are never taken for files of another tool', () => {
  expect(ours.length).toBeGreaterThan(20);
  for (const file of ours)
    expect([file.pathname, foreignFileOf(headOf(readFileSync(file).subarray(0, 16 * 1024)))]).toEqual([
      file.pathname,
      undefined,
    ]);
});
