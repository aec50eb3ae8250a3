import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { importScan } from '@evidence/findings/parse';
import { loadFrameworks } from '@evidence/frameworks/load';
import { ensureDevelopmentAuthority } from '@evidence/signing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordedFinding, recordedScan } from '../../packages/scope/src/recorded-evidence.js';

const run = promisify(execFile);
const CHILD = fileURLToPath(new URL('./report-in-child.mjs', import.meta.url));
const SCANS = [
  ['support-chat.report.jsonl', 'ep_support_chat'],
  ['hr-assistant.report.jsonl', 'ep_hr'],
  ['coding-agent.digest.json', 'ep_code'],
] as const;
const SEEDS = ['1', '2', '3', '4', '5'];
/** Time zones at both ends of the day, and with quarters of an hour; languages with other capitals, commas, digits and alphabets. */
const SURROUNDINGS = [
  ['Pacific/Kiritimati', 'tr_TR.UTF-8'],
  ['Pacific/Niue', 'sv_SE.UTF-8'],
  ['Asia/Kathmandu', 'hi_IN.UTF-8'],
  ['America/St_Johns', 'de_DE.UTF-8'],
  ['Africa/Casablanca', 'ar_MA.UTF-8'],
  ['Europe/London', 'en_GB.UTF-8'],
  ['Asia/Tokyo', 'ja_JP.UTF-8'],
  ['America/Sao_Paulo', 'pt_BR.UTF-8'],
  ['Antarctica/Troll', 'nb_NO.UTF-8'],
  ['UTC', 'C'],
] as const;

const majorOf = async (node: string) => /^v(\d+)/.exec((await run(node, ['--version'])).stdout)?.[1];

/** A Node of another major version than the pinned one that runs this test; undefined if there is none in PATH. */
async function anotherNode(): Promise<string | undefined> {
  const own = await majorOf(process.execPath);
  for (const folder of new Set((process.env.PATH ?? '').split(delimiter))) {
    const node = join(folder, 'node');
    const major = await majorOf(node).catch(() => own);
    if (major !== own) return node;
  }
  return undefined;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evidence-reproducible-'));
  await ensureDevelopmentAuthority({ folder: join(folder, 'keys'), now: new Date('2026-05-22T10:34:00.000Z') });
  await writeFile(join(folder, 'evidence.json'), JSON.stringify(await importedEvidence()));
});
afterAll(() => rm(folder, { recursive: true }));

async function importedEvidence() {
  const [scans, findings]: [unknown[], unknown[]] = [[], []];
  for (const [file, endpointId] of SCANS) {
    const source = fileURLToPath(new URL(`../../deploy/local/samples/${file}`, import.meta.url));
    await using imported = await importScan(createReadStream(source), {
      ...{
        format: 'garak',
        tenant: 'acme',
        endpointId,
        importedAt: '2026-05-22T09:00:00.000Z',
        frameworks: loadFrameworks(),
      },
    });
    scans.push({ scan: recordedScan(imported.scan), isSuperseded: false });
    for await (const event of imported.findings) {
      const sightings = { firstSeenAt: event.discoveredAt, lastSeenAt: event.discoveredAt, observations: 1 };
      findings.push({ recorded: recordedFinding(event), sightings, status: 'open' });
    }
  }
  return { scans, findings };
}

async function digestsIn([TZ, locale]: (typeof SURROUNDINGS)[number], node: string): Promise<string[]> {
  const env = { ...process.env, TZ, LC_ALL: locale, LANG: locale };
  const { stdout } = await run(node, [CHILD, join(folder, 'keys'), join(folder, 'evidence.json'), ...SEEDS], { env });
  return stdout.trim().split('\n');
}

test('100 renders have the same digest: ten time zones and languages, two major versions of Node, shuffled evidence', {
  timeout: 300_000,
}, async ({ skip }) => {
  const other = await anotherNode();
  const nodes = other ? [process.execPath, other] : [process.execPath];
  const rendered: string[] = [];
  for (const surroundings of SURROUNDINGS) {
    rendered.push(...(await Promise.all(nodes.map((node) => digestsIn(surroundings, node)))).flat());
  }
  expect(rendered).toHaveLength(SURROUNDINGS.length * SEEDS.length * nodes.length);
  expect(new Set(rendered)).toEqual(new Set([rendered[0]]));
  expect(rendered[0]).toMatch(/^[0-9a-f]{64}( [0-9a-f]{64}){3}$/);
  if (!other) skip('Only 50 renders, on one major version of Node: PATH has no other.');
});
