import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalText, sha256Of } from '@evidence/contracts';
import { tempFolder } from '@evidence/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { type ExportedEvent, leafText } from '../src/export/chosen.js';
import { EVENTS, isExportPath, KEYS, MANIFEST } from '../src/export/layout.js';
import { EXPIRED, exportable, type Manifest, membersOf, OTHERS, READY, RUNNING } from './exported.js';

let made: Awaited<ReturnType<typeof exportable>>;
let folder: string;
let whole: Buffer;
beforeAll(async () => {
  const temp = await tempFolder();
  folder = temp.path;
  made = await exportable(folder);
  whole = await made.exported({ tenant: 'acme' });
  return async () => {
    await made.store.close();
    await temp.remove();
  };
});

const manifestOf = (bytes: Buffer) => JSON.parse(membersOf(bytes).get(MANIFEST)?.toString() ?? '') as Manifest;
const statesOf = (bytes: Buffer) => manifestOf(bytes).reports.map(({ reportId, artifact }) => [reportId, artifact]);

describe('an export', () => {
  test('of one report, of a tenant, or of a period has what was requested, and is verified with only a key', async () => {
    const one = await made.exported({ reportId: READY });
    expect(statesOf(one)).toEqual([[READY, 'included']]);
    expect(await made.check(one)).toMatchObject({ verdict: 'valid' });
    expect(statesOf(whole)).toEqual([
      [READY, 'included'],
      [RUNNING, 'not_made'],
      [EXPIRED, 'expired'],
    ]);
    const march = { from: '2026-03-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' };
    expect(statesOf(await made.exported(march))).toEqual([
      [EXPIRED, 'expired'],
      [OTHERS, 'included'],
    ]);
    await expect(made.exported({ reportId: 'rpt_2026_none' })).rejects.toThrow('No report matches');
  });

  test('states what it does not contain, and contains the rest', async () => {
    const { verdict, doesNotContain } = await made.check(whole);
    expect(verdict).toBe('valid');
    expect(doesNotContain).toEqual(manifestOf(whole).doesNotContain);
    expect(doesNotContain).toContain('Expired artifacts: 1.');
    expect(doesNotContain?.join(' ')).toMatch(/raw scanner files.*other streams.*Private keys/s);
    const paths = [...membersOf(whole).keys()];
    expect(paths).toContain(`reports/${READY}.json.dsse.json`);
    expect(paths).toContain('schemas/documents/Vocabulary.v1.json');
    expect(membersOf(whole).get(KEYS)?.toString()).not.toContain('"d"');
  });

  test('without a key from the caller is undecided, as with an unknown key', async () => {
    expect(await made.checkWithoutKey(whole)).toMatchObject({ verdict: 'key_unknown' });
    const stranger = await exportable(join(folder, 'stranger'));
    expect(await stranger.check(whole)).toMatchObject({ verdict: 'key_unknown' });
    await stranger.store.close();
  });

  test('says that an artifact is lost or damaged, and is complete without it', async () => {
    const lossy = await exportable(join(folder, 'lossy'));
    await rm(join(folder, 'lossy', 'artifacts', 'acme'), { recursive: true });
    const bytes = await lossy.exported({ reportId: READY });
    expect(statesOf(bytes)).toEqual([[READY, 'missing']]);
    expect(await lossy.check(bytes)).toMatchObject({ verdict: 'valid' });
    await lossy.store.close();
  });
});

test('one changed byte is found, in every member, its header and its padding, with a key and without', async () => {
  const step = 211;
  const offsets = new Set<number>();
  for (let at = 0; at < whole.length; at += step) offsets.add(at);
  for (let at = 0; at < whole.length; at += 512) offsets.add(at).add(at + 511);
  const unseen: string[] = [];
  for (const at of offsets) {
    const flip = at % 3 === 0 ? 0x01 : at % 3 === 1 ? 0x20 : 0x80;
    whole[at]! ^= flip;
    const { verdict } = await (at % 2 === 0 ? made.check(whole) : made.checkWithoutKey(whole));
    whole[at]! ^= flip;
    if (verdict === 'valid' || verdict === 'key_unknown') unseen.push(`${at}: ${verdict}`);
  }
  expect(unseen).toEqual([]);
  expect(await made.check(whole)).toMatchObject({ verdict: 'valid' });
});

describe('a hostile file is refused', () => {
  const failing = async (bytes: Buffer) => {
    const { verdict, checks } = await made.check(bytes);
    return `${verdict}: ${checks.at(-1)?.detail}`;
  };

  test.each(['../events.jsonl', '/etc/passwd', 'reports/../x.pdf', 'schemas/events/A.v1.json/..', 'x'])(
    'with the name %s',
    async (path) => {
      expect(isExportPath(path)).toBe(false);
      expect(await failing(await made.tarOf([[path, Buffer.from('x')]]))).toContain(
        'malformed: it has a file name that no export has',
      );
    },
  );

  test('with a repeated name, too many or too few bytes, or bytes after its end', async () => {
    const twice = await made.tarOf([
      [EVENTS, Buffer.from('x')],
      [EVENTS, Buffer.from('y')],
    ]);
    expect(await failing(twice)).toContain('it has events.jsonl twice');
    expect(await failing(Buffer.concat([whole, Buffer.alloc(512)]))).toContain('or bytes follow it');
    expect(await failing(Buffer.concat([whole, Buffer.from('x')]))).toContain('or bytes follow it');
    expect(await failing(whole.subarray(0, -1))).toMatch(
      /malformed: it (is truncated|ends in the middle of)|malformed: its end/,
    );
    expect(await failing(whole.subarray(0, 700))).toContain('it ends in the middle of events.jsonl');
    expect(await failing(Buffer.alloc(0))).toContain('it is truncated');
  });

  test('with a manifest or keys too large to read into memory', async () => {
    const huge = await made.reattested(whole, (members) => members.set(KEYS, Buffer.alloc(5 * 1024 * 1024, 0x20)));
    expect(await failing(huge)).toContain('more than the 4194304 allowed');
  });
});

describe('contradictions attested by the holder of the key are found', () => {
  interface Line extends ExportedEvent {
    readonly data: Record<string, unknown>;
    readonly metadata: object;
    readonly leaf: string;
  }
  type Edit = (members: Map<string, Buffer>, manifest: Manifest) => void;
  const editLines = (edit: (lines: Line[]) => Line[]) => (members: Map<string, Buffer>, manifest: Manifest) => {
    const lines = (members.get(EVENTS)?.toString() ?? '').split('\n').filter(Boolean);
    const edited = edit(lines.map((line) => JSON.parse(line)));
    manifest.events = edited.length;
    members.set(EVENTS, Buffer.from(edited.map((line) => `${canonicalText(line)}\n`).join('')));
  };
  const withLeaf = (line: Line): Line => ({ ...line, leaf: leafText(line) });
  const [artifact, attestation] = [`reports/${READY}.json`, `reports/${READY}.json.dsse.json`];

  test.each<[string, Edit, RegExp]>([
    [
      'an event without its leaf',
      editLines(([one, ...rest]) => [{ ...one!, type: 'X' }, ...rest]),
      /its leaf is not the hash of its content/,
    ],
    [
      'an event that breaks its contract',
      editLines(([one, ...rest]) => [withLeaf({ ...one!, data: { ...one!.data, format: 'docx' } }), ...rest]),
      /line 1: it cannot be read: The data break ReportRequested/,
    ],
    ['an event that is gone', editLines((lines) => lines.toSpliced(0, 1)), /1 revisions are missing/],
    ['another order', editLines((lines) => lines.toReversed()), /it is out of order/],
    [
      'an event of another tenant',
      editLines(([one, ...rest]) => [withLeaf({ ...one!, metadata: { ...one!.metadata, tenant: 'others' } }), ...rest]),
      /do not name the same report/,
    ],
    [
      'a schema that is gone',
      (members) => members.delete('schemas/events/ReportReady.v1.json'),
      /ReportReady.v1 is not in the file/,
    ],
    ['another artifact', (members) => members.set(artifact, Buffer.from('{}')), /not those that its events name/],
    [
      'a report that is said to be lost, with its files',
      (_, { reports }) => Object.assign(reports[0]!, { artifact: 'missing' }),
      /no event names/,
    ],
    [
      'a report that is said to be expired',
      (_, { reports }) => Object.assign(reports[0]!, { artifact: 'expired' }),
      /is expired, but its events say included/,
    ],
    [
      'a report that has no event',
      (_, { reports }) => reports.push({ ...reports[0]!, reportId: 'rpt_2026_x' }),
      /a report that has no events/,
    ],
  ])('%s', async (_, edit, why) => {
    const { verdict, checks } = await made.check(await made.reattested(whole, edit));
    expect({ verdict, why: checks.at(-1)?.detail }).toEqual({
      verdict: 'events_mismatch',
      why: expect.stringMatching(why),
    });
  });

  test('a report that its signer did not attest', async () => {
    const swapped = await made.reattested(whole, (members, manifest) => {
      const envelope = Buffer.from(
        members.get(attestation)?.toString().replace('"payload":"ey', '"payload":"eY') ?? '',
      );
      members.set(attestation, envelope);
      editLines((lines) =>
        lines.map((line) => {
          if (line.type !== 'ReportReady' || line.data.reportId !== READY) return line;
          const sha256 = sha256Of(envelope);
          return withLeaf({
            ...line,
            data: { ...line.data, attestation: { ...(line.data.attestation as object), sha256 } },
          });
        }),
      )(members, manifest);
    });
    expect(await made.check(swapped)).toMatchObject({ verdict: 'signature_invalid' });
  });
});
