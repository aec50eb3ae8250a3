import { readFileSync } from 'node:fs';
import { documentSchemas } from '@evidence/contracts';
import { redactionsIn } from '@evidence/redaction';
import { describe, expect, it } from 'vitest';
import { attempt, completion, digest, evaluation, init, setup } from './garak-file.js';
import { asLines, checkScan, type Imported, imported, inChunks } from './importing.js';
import { sampleOf } from './samples-of.js';

const TOKEN = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a';
const PASSWORD = 'DB_PASSWORD=swordfish2';
const PLANTED = ` ${TOKEN} ${PASSWORD}`;

const caseOf = (name: string): string => readFileSync(new URL(`cases/${name}`, import.meta.url), 'utf8');
const nativeScan = documentSchemas['NativeScan.v1'].examples[0];
const nativeFinding = {
  ...{ id: 'f 1', title: 'A title', summary: 'What it is', severity: 'high', status: 'accepted', location: 'src/a.py' },
  ...{ probe: 'p', detector: 'd', tags: ['a tag', 'owasp:llm01'], target: 'a target', excerpt: 'It said so' },
  disposition: { justification: 'For a reason', by: 'Kim' },
};
const sarif = {
  version: '2.1.0',
  runs: [
    {
      tool: {
        driver: {
          name: 'scanner',
          rules: [{ id: 'R1', shortDescription: { text: 'A rule' }, properties: { tags: ['cwe-79', 'x'] } }],
        },
      },
      invocations: [
        { executionSuccessful: false, toolExecutionNotifications: [{ level: 'error', message: { text: 'It broke' } }] },
      ],
      results: [
        {
          ruleId: 'R1',
          message: { text: 'What was found' },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: 'https://h.example/a' },
                region: { startLine: 1, snippet: { text: 'x = 1' } },
              },
            },
          ],
          suppressions: [{ kind: 'external', justification: 'For a reason', properties: { author: 'Kim' } }],
        },
        { ruleId: 'R2', message: { text: 'Without a place' }, partialFingerprints: { line: 'abc' } },
      ],
    },
  ],
};
const garak = [
  ...[setup, init, attempt('dan.Dan', { 'd.One': [1] }, [{ text: 'Sure' }]), evaluation('dan.Dan', 'd.One', 1, 1)],
  ...[completion, digest('dan.Dan', 'd.One', { passed: 1, total: 2 })],
];

/** Files of every format, as documents whose texts can be replaced. */
const FILES: readonly (readonly [format: string, document: unknown, asFile: (document: unknown) => string])[] = [
  ['native', { ...nativeScan, findings: [nativeFinding] }, JSON.stringify],
  ['sarif', sarif, JSON.stringify],
  ['garak', garak, (rows) => asLines(...(rows as unknown[]))],
  ['promptfoo', JSON.parse(caseOf('pf-continue-after-success-a.json')), JSON.stringify],
  ['deepteam', JSON.parse(sampleOf('deepteam/single-turn.json').toString()), JSON.stringify],
  ['pyrit', JSON.parse(sampleOf('pyrit/scenario.json').toString()), JSON.stringify],
  ['inspect', JSON.parse(sampleOf('inspect/secured.json').toString()), JSON.stringify],
];

/** The places of texts in the document. */
function* textsIn(value: unknown, path: readonly (string | number)[] = []): Generator<readonly (string | number)[]> {
  if (typeof value === 'string') yield path;
  else if (Array.isArray(value)) for (const [i, item] of value.entries()) yield* textsIn(item, [...path, i]);
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) yield* textsIn(item, [...path, key]);
}

function planted(document: unknown, path: readonly (string | number)[]): unknown {
  const copy = structuredClone(document) as Record<string | number, unknown>;
  let holder = copy;
  for (const step of path.slice(0, -1)) holder = holder[step] as Record<string | number, unknown>;
  const last = path.at(-1) ?? '';
  holder[last] = `${holder[last]}${PLANTED}`;
  return copy;
}

async function importedOrRefused(file: string, format: string): Promise<Imported | undefined> {
  return imported(inChunks(file), { format, importedAt: '2026-12-30T10:00:00.000Z' }).catch(() => undefined);
}

describe.each(FILES)('%s', (format, document, asFile) => {
  it('records no secret, wherever it is in the file', async () => {
    const paths = new Map(
      [...textsIn(document)].map((path) => [path.filter((step) => typeof step === 'string').join('.'), path]),
    );
    const leaks: string[] = [];
    const redacted: string[] = [];
    for (const path of paths.values()) {
      const file = await importedOrRefused(asFile(planted(document, path)), format);
      if (file === undefined) continue;
      checkScan(file);
      const recorded = JSON.stringify(file);
      if (recorded.includes(TOKEN.slice(4)) || recorded.includes('swordfish2')) leaks.push(path.join('.'));
      if (redactionsIn(JSON.stringify([file.scan, file.findings])) > 0) redacted.push(path.join('.'));
    }
    expect(leaks).toEqual([]);
    expect(redacted.length).toBeGreaterThan(2);
  });
});

it('keeps a weakness the same if the password in its address changes', async () => {
  const at = (password: string) =>
    imported(
      inChunks(
        JSON.stringify({
          ...nativeScan,
          findings: [{ title: 'Open door', location: `https://u:${password}@h.example/`, severity: 'high' }],
        }),
      ),
      { format: 'native' },
    );
  const [one, other] = [await at('first'), await at('second')];
  expect(one.findings[0]?.identity).toContain('https://u:[redacted: secret]@h.example/');
  expect(one.findings[0]?.findingId).toBe(other.findings[0]?.findingId);
});

it('redacts the target that the caller of the import states', async () => {
  const { scan } = await imported(inChunks(JSON.stringify({ ...nativeScan, targets: undefined })), {
    format: 'native',
    target: { provider: 'https://u:p4ss@h.example', model: 'm', modelVersion: TOKEN },
  });
  expect(scan.targets).toEqual([
    expect.objectContaining({
      provider: 'https://u:[redacted: secret]@h.example',
      model: 'm',
      modelVersion: '[redacted: token]',
    }),
  ]);
});
