import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ApiToken, apiToken, hashToken, type TokenEvent } from '@evidence/access';
import { streamOf } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { tempFolder } from '@evidence/testkit';
import { describe, expect, test } from 'vitest';
import { documentsOf, evidence } from './evidence.js';
import { storeUnderTest } from './store-under-test.js';

const { read, append, env } = storeUnderTest();

/** A report of the tenant, requested and ready. */
async function aReport(reportId: string, tenant: string): Promise<void> {
  const requested = { ...exampleOf('ReportRequested'), reportId, tenant, title: 'Q2\u001b[2J pack' };
  const ready = { ...exampleOf('ReportReady'), reportId };
  await append(
    streamOf.report(reportId),
    tenant,
    { type: 'ReportRequested', data: requested },
    { type: 'ReportReady', data: ready },
  );
}

describe('tokens', () => {
  const mint = (tenant: string, ...more: string[]) =>
    evidence(
      ['tokens', 'mint', '--tenant', tenant, '--name', 'ci', '--scopes', 'reports:read,reports:generate', ...more],
      env,
    );

  test('a minted token is shown once, and only its hash is stored', async () => {
    const { stdout, exitCode } = await mint('mint', '--expires-in-days', '30', '--cidr', '10.0.0.0/8', '2001:db8::/32');
    expect(exitCode).toBe(0);
    const [token] = /ert_[0-9a-v]{52}/.exec(stdout) ?? [''];
    const [tokenId] = /tok_[0-9a-v]+/.exec(stdout) ?? [''];
    const [minted, ...more] = await read(streamOf.token(tokenId));
    expect(more).toEqual([]);
    expect(minted?.data).toMatchObject({
      tenant: 'mint',
      name: 'ci',
      sha256: hashToken(token),
      scopes: ['reports:read', 'reports:generate'],
      allowedCidrs: ['10.0.0.0/8', '2001:db8::/32'],
    });
    const { mintedAt, expiresAt } = minted!.data as { mintedAt: string; expiresAt: string };
    expect(Date.parse(expiresAt) - Date.parse(mintedAt)).toBe(30 * 24 * 60 * 60 * 1_000);
    expect(minted?.metadata).toMatchObject({ tenant: 'mint', actor: expect.stringMatching(/^operator:/) });
    const listed = await evidence(['tokens', 'list', '--tenant', 'mint'], env);
    expect(listed.stdout).toContain(tokenId);
    expect(listed.stdout).not.toContain(token);
  });

  test('for a script, only the token is printed', async () => {
    const { stdout, stderr, exitCode } = await mint('script', '--print-token-only');
    expect({ stderr, exitCode }).toEqual({
      stderr: `Event store: kurrentdb://…@${new URL(String(env.EVENT_STORE_URL)).host} (EVENT_STORE_URL).\n`,
      exitCode: 0,
    });
    expect(stdout).toMatch(/^ert_[0-9a-v]{52}\n$/);
  });

  test('a revoked token stays in the list and is revoked only once; a tenant sees only its own tokens', async () => {
    const { stdout } = await mint('revoke');
    await mint('other');
    const [tokenId] = /tok_[0-9a-v]+/.exec(stdout) ?? [''];
    const revoke = (tenant: string) => evidence(['tokens', 'revoke', tokenId, '--tenant', tenant], env);
    expect((await revoke('other')).exitCode).toBe(1);
    expect((await revoke('revoke')).exitCode).toBe(0);
    expect((await revoke('revoke')).exitCode).toBe(0);
    const events = (await read(streamOf.token(tokenId))).map(({ type, data }) => ({ type, data }) as TokenEvent);
    expect(events.map(({ type }) => type)).toEqual(['ApiTokenMinted', 'ApiTokenRevoked']);
    expect(events.reduce<ApiToken>(apiToken.evolve, apiToken.initialState).phase).toBe('revoked');
    const listed = documentsOf(await evidence(['tokens', 'list', '--tenant', 'revoke', '--json'], env));
    expect(listed).toEqual([expect.objectContaining({ tokenId, status: 'revoked', tenant: 'revoke' })]);
    expect(listed[0]).not.toHaveProperty('sha256');
  });

  test.each([
    ['a malformed scope', ['--scopes', 'everything'], 2],
    ['a misspelt scope', ['--scopes', 'report:read'], 2],
    ['a malformed address block', ['--cidr', '10.0.0.1'], 1],
  ])('%s is refused, and nothing is minted', async (_, more, code) => {
    const { stdout, exitCode } = await mint('refused', ...more);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: code });
    expect(documentsOf(await evidence(['tokens', 'list', '--tenant', 'refused', '--json'], env))).toEqual([]);
  });
});

describe('events', () => {
  const reportId = 'rpt_2026_events';

  test('show the history in log order, including holds, without control characters', async () => {
    await aReport(reportId, 'history');
    await aReport('rpt_2026_another', 'history');
    for (const id of [reportId, 'rpt_2026_another']) {
      const { exitCode } = await evidence(['hold', 'place', id, '--tenant', 'history', '--reason', `of ${id}`], env);
      expect(exitCode).toBe(0);
    }
    const { stdout, exitCode } = await evidence(['events', reportId], env);
    expect(exitCode).toBe(0);
    const [heading, ...lines] = stdout.trimEnd().split('\n');
    expect(heading).toMatch(/^POSITION +WHEN +EVENT +WHO +WHAT$/);
    expect(lines.map((line) => line.split(/ +/)[2])).toEqual(['ReportRequested', 'ReportReady', 'LegalHoldPlaced']);
    const column = heading?.indexOf('WHO') ?? 0;
    for (const line of lines) expect(line.slice(column)).toMatch(/^(token|operator):/);
    expect(lines[0]).toContain('Q2\ufffd[2J pack');
  });

  test('as JSON lines are the events of the log', async () => {
    const documents = documentsOf(await evidence(['events', reportId, '--json'], env));
    const recorded = await read(streamOf.report(reportId));
    expect(documents.slice(0, 2)).toEqual(
      recorded.map(({ position, revision, stored: _, text: __, ...event }) => ({
        ...event,
        position: String(position),
        revision: Number(revision),
      })),
    );
  });

  test('of an unknown report fail', async () => {
    const { stdout, exitCode } = await evidence(['events', 'rpt_2026_nothing'], env);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
  });
});

describe('retention and holds', () => {
  const tenant = 'keeper';
  const reportId = 'rpt_2026_keeper';
  const types = async () => (await read(streamOf.tenant(tenant))).map(({ type }) => type);

  test('are written once each, shown, and reverted', async () => {
    await aReport(reportId, tenant);
    const twice = async (...args: string[]) => {
      for (const _ of [1, 2]) expect((await evidence([...args, '--tenant', tenant], env)).exitCode).toBe(0);
    };
    const shown = async () => documentsOf(await evidence(['retention', 'show', '--tenant', tenant, '--json'], env))[0];
    const floorSeconds = null;
    expect(await shown()).toEqual({ tenant, retentionSeconds: null, floorSeconds, holds: [] });
    await twice('retention', 'set', '--seconds', '5');
    await twice('hold', 'place', reportId, '--reason', 'Litigation 2026-17');
    expect(await shown()).toEqual({ tenant, retentionSeconds: 5, floorSeconds, holds: [reportId] });
    await twice('hold', 'release', reportId);
    expect(await shown()).toEqual({ tenant, retentionSeconds: 5, floorSeconds, holds: [] });
    expect(await types()).toEqual(['RetentionPolicySet', 'LegalHoldPlaced', 'LegalHoldReleased']);
  });

  test('a floor keeps ready reports longer and refuses a lower policy; a dry run writes nothing', async () => {
    const floored = 'floored';
    const own = (...args: string[]) => evidence([...args, '--tenant', floored], env);
    await aReport('rpt_2026_floored', floored);
    const { readyAt, expiresAt } = exampleOf('ReportReady');
    const due = async (by: string) => documentsOf(await own('retention', 'due', '--by', by, '--json'));
    expect(await due(expiresAt)).toMatchObject([{ report_id: 'rpt_2026_floored', due_at: expiresAt, held: false }]);
    const floor = ['retention', 'floor', '--seconds', '315360000', '--reason', 'EU AI Act, Article 18'];
    const hold = ['hold', 'place', 'rpt_2026_floored', '--reason', 'why'];
    for (const args of [floor, hold, ['retention', 'set', '--seconds', '5']]) {
      const { stdout, exitCode } = await own(...args, '--dry-run');
      expect({ stdout, exitCode }).toEqual({ stdout: expect.stringMatching(/would|moves/), exitCode: 0 });
      expect(stdout).toContain('Nothing was written.');
    }
    expect(await read(streamOf.tenant(floored))).toEqual([]);
    expect((await own(...floor)).stdout).toContain('This moves the due date of 1 ready report.');
    expect(await due(expiresAt)).toEqual([]);
    const dueAt = new Date(Date.parse(readyAt) + 315_360_000_000).toISOString();
    expect(await due(dueAt)).toMatchObject([{ due_at: dueAt }]);
    expect(await own('retention', 'set', '--seconds', '5')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('The retention floor of this tenant is 315360000 s'),
    });
    await own(...hold);
    expect((await own('retention', 'due', '--by', dueAt)).stderr).toContain('0 of 1 artifacts');
  });

  test('a hold on a pruned report is refused with that reason, and nothing is written', async () => {
    const pruned = 'rpt_2026_pruned';
    await aReport(pruned, 'late');
    const expired = { ...exampleOf('ReportExpired'), reportId: pruned };
    await append(streamOf.report(pruned), 'late', { type: 'ReportExpired', data: expired });
    const { stdout, stderr, exitCode } = await evidence(
      ['hold', 'place', pruned, '--tenant', 'late', '--reason', 'why'],
      env,
    );
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    expect(stderr).toContain(`${pruned} was pruned at ${expired.expiredAt}`);
    expect(await read(streamOf.tenant('late'))).toEqual([]);
  });

  test.each([
    ['an unknown report', 'rpt_2026_nobody', tenant, 'why'],
    ["another tenant's report", reportId, 'stranger', 'why'],
    ['a blank reason', reportId, tenant, ' '],
  ])('a hold is refused: %s', async (_, id, itsTenant, reason) => {
    const { exitCode } = await evidence(['hold', 'place', id, '--tenant', itsTenant, '--reason', reason], env);
    expect(exitCode).toBe(1);
    expect(await read(streamOf.tenant('stranger'))).toEqual([]);
  });
});

describe('import', () => {
  const run = {
    garak_version: '0.13.3',
    start_time: '2026-05-20T08:00:00',
    run: '9673e218-7f36-4cbd-acae-b0f0b3153bf2',
  };
  const evaluation = {
    entry_type: 'eval',
    probe: 'dan.Dan_11_0',
    detector: 'dan.DAN',
    passed: 3,
    total_evaluated: 5,
    fails: 2,
  };
  const report = [{ entry_type: 'init', ...run }, evaluation].map((entry) => `${JSON.stringify(entry)}\n`).join('');
  const importing = async (content: string, tenant: string, ...more: string[]) => {
    await using folder = await tempFolder();
    const file = join(folder.path, 'scan.report.jsonl');
    await writeFile(file, content);
    const where = ['--format', 'garak', '--tenant', tenant, '--endpoint', 'ep_chat_prod'];
    // Awaited here, because the folder is removed when this function returns.
    return await evidence(['import', file, ...where, ...more], env);
  };

  test('records the scan and its findings, and the same file only once', async () => {
    const first = await importing(report, 'importer');
    expect(first).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('1 of 1 rows recorded as findings') });
    const [scanId] = /scn_[a-z0-9]+/.exec(first.stdout) ?? [''];
    const recorded = await read(streamOf.scan(scanId));
    expect(recorded.map(({ type }) => type)).toEqual(['ScanRecorded', 'FindingRecorded']);
    expect(recorded[0]?.metadata).toMatchObject({ tenant: 'importer', actor: expect.stringMatching(/^operator:/) });
    const second = await importing(report, 'importer');
    expect(second).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('1 already recorded') });
    expect(await read(streamOf.scan(scanId))).toHaveLength(2);
  });

  test('with --strict refuses a file with an unreadable row, and records nothing', async () => {
    const broken = `${report}not json\n`;
    const { stdout, exitCode } = await importing(broken, 'strict', '--strict');
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    const lenient = await importing(broken, 'strict');
    expect(lenient).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('1 of 2 rows recorded as findings') });
  });

  test('refuses a file of an unknown kind', async () => {
    expect(await importing('hello\n', 'nothing')).toMatchObject({ exitCode: 1, stdout: '' });
  });
});

test('parked messages of one service or of all are listed', async () => {
  const parked = exampleOf('MessageParked');
  for (const service of ['renderer', 'mapping'] as const) {
    await append(streamOf.parking(service), 'acme', { type: 'MessageParked', data: { ...parked, service } });
  }
  expect(documentsOf(await evidence(['parked', '--json'], env))).toHaveLength(2);
  expect(documentsOf(await evidence(['parked', '--service', 'mapping', '--json'], env))).toMatchObject([
    { ...parked, service: 'mapping' },
  ]);
  const { stdout } = await evidence(['parked', '--service', 'renderer'], env);
  expect(stdout.trimEnd().split('\n')).toHaveLength(2);
  expect(stdout).toContain(parked.subject);
  expect((await evidence(['parked', '--service', 'gateway'], env)).exitCode).toBe(0);
});
