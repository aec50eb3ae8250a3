import { readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { scanFormats } from '@evidence/findings/parse';
import { freePort, NOBODYS_PORT, REPOSITORY, tempFolder } from '@evidence/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { operatorOf } from '../src/surroundings.js';
import { evidence } from './evidence.js';

const ANY_FILE = join(REPOSITORY, 'package.json');
const INSPECT_LOG = join(REPOSITORY, 'packages', 'findings', 'test', 'samples', 'inspect', 'facts.eval');
const GARAK_REPORT = join(REPOSITORY, 'deploy', 'local', 'samples', 'support-chat.report.jsonl');

describe('help', () => {
  test('names every verb and shows how to call it through npm', async () => {
    const { stdout, exitCode } = await evidence(['--help']);
    expect(exitCode).toBe(0);
    for (const verb of [
      'import',
      'tokens',
      'events',
      'tail',
      'retention',
      'hold',
      'verify',
      'parked',
      'redrive',
      'log',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${verb}\\b`, 'm'));
    }
    expect(stdout).toContain('npm run evidence -- ');
  });
  test.each([
    ['import'],
    ['tokens', 'mint'],
    ['events'],
    ['tail'],
    ['retention', 'set'],
    ['hold', 'place'],
    ['parked'],
    ['verify'],
  ])('of %s %s ends well', async (...verb) => {
    const { stdout, exitCode } = await evidence([...verb, '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`evidence ${verb.join(' ')}`);
  });
  test('of import names every format', async () => {
    const { stdout } = await evidence(['import', '--help']);
    expect(stdout).toContain(`Formats: ${scanFormats.join(', ')}.`);
  });
});

test('the help marks all required options, and an error names all missing ones', async () => {
  const { stdout } = await evidence(['tokens', 'mint', '--help']);
  expect(stdout.replaceAll(/\s+/g, ' ').match(/--[a-z-]+ <\S+> [^-]*\(required\)/g)).toHaveLength(3);
  const { stderr } = await evidence(['tokens', 'mint', '--tenant', 'acme']);
  expect(stderr).toContain('missing --name <name>, --scopes <a,b>\n');
});

test.each([
  [['tokens', 'mint', '--tennant', 'acme'], '(Did you mean --tenant?)'],
  [['tokens', 'mint', '--tenant', 'acme', '--name', 'ci', '--scopes', 'report:read'], 'Did you mean reports:read?'],
  [['verify', 'report.pdf', '--kye', 'jwks.json'], 'did you mean --key?'],
])('%s: what was meant is proposed', async (argv, proposal) => {
  const { stderr, exitCode } = await evidence(argv);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(proposal)]);
});

describe('a wrong command line', () => {
  test.each<[string, string[]]>([
    ['no verb', []],
    ['an unknown verb', ['destroy']],
    ['an unknown option', ['events', 'rpt_2026_a', '--colour']],
    ['a missing option', ['tokens', 'mint', '--tenant', 'acme']],
    ['an argument too many', ['events', 'rpt_2026_a', 'rpt_2026_b']],
    ['no tenant slug', ['tokens', 'list', '--tenant', 'Acme Inc']],
    ['no number', ['retention', 'set', '--tenant', 'acme', '--seconds', '1e3']],
    ['a number out of bounds', ['retention', 'set', '--tenant', 'acme', '--seconds', '3153600001']],
    ['a format that nobody knows', ['import', ANY_FILE, '--format', 'zip', '--tenant', 'acme', '--endpoint', 'ep']],
    ['a pass rule that is none', ['import', INSPECT_LOG, '--pass-when', 'C', '--tenant', 'acme', '--endpoint', 'ep']],
    [
      'a pass rule for JSON of another kind',
      ['import', GARAK_REPORT, '--pass-when', 'a=C', '--tenant', 'acme', '--endpoint', 'ep'],
    ],
    ['an endpoint with a space', ['import', 'x', '--format', 'garak', '--tenant', 'acme', '--endpoint', 'e p']],
    ['an unknown service', ['parked', '--service', 'kitchen']],
    ['a replay of whatever is parked', ['parked', 'replay']],
    ['verify without a file', ['verify']],
  ])('(%s) ends with 2, and nothing on standard output', async (_, args) => {
    const { stdout, stderr, exitCode } = await evidence(args);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).not.toBe('');
  });
});

test.each(['', ' , '])('credentials for the hosts "%s" are refused, and nothing is written', async (hosts) => {
  await using folder = await tempFolder();
  const { stderr, exitCode } = await evidence(['credentials', folder.path, '--hosts', hosts]);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--hosts names no host: list')]);
  expect(await readdir(folder.path)).toEqual([]);
});

describe('an unreachable server', () => {
  test('an unreachable event store gives one sentence that says what to do', async () => {
    const url = `kurrentdb://admin:changeit@127.0.0.1:${NOBODYS_PORT}?tls=false&tlsCaFile=${encodeURIComponent(ANY_FILE)}`;
    const { stdout, stderr, exitCode } = await evidence(['events', 'rpt_2026_a'], { EVENT_STORE_URL: url });
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    expect(stderr).toBe(
      `evidence: The event store at kurrentdb://…@127.0.0.1:${NOBODYS_PORT}?tls=false (EVENT_STORE_URL) cannot be reached: run \`npm start\`, or set EVENT_STORE_URL.\n`,
    );
  });
  test('an event store that accepts the connection but does not respond is given up too', async () => {
    const server = createServer((socket) => socket.on('error', () => {}));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const { stderr, exitCode } = await evidence(['tokens', 'list', '--tenant', 'acme'], {
      EVENT_STORE_URL: `kurrentdb://127.0.0.1:${port}?tls=false`,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('EVENT_STORE_URL');
  });
  test('a URL that names no store is a usage error', async () => {
    const { stderr, exitCode } = await evidence(['events', 'x'], { EVENT_STORE_URL: 'https://example.com' });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('EVENT_STORE_URL');
  });
  test('an unreachable NATS gives one sentence that says what to do', async () => {
    const { stderr, exitCode } = await evidence(['tail'], { NATS_URL: `nats://127.0.0.1:${NOBODYS_PORT}` });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^evidence: .*npm start.*NATS_URL.*\n$/);
  });
  test.each([
    [['events', 'x'], 'EVENT_STORE_PORT'],
    [['tail'], 'NATS_PORT'],
  ])('%s looks where %s says that the system of this machine is', async (args, variable) => {
    // With the logins of a system that was started in this folder, the address would be another one.
    await using folder = await tempFolder();
    const port = `${await freePort()}`;
    const { stderr, exitCode } = await evidence(args, { [variable]: port, DATA_DIR: folder.path });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`127.0.0.1:${port}`);
  });
  test('a folder is refused as a file', async () => {
    await using folder = await tempFolder();
    const where = ['--format', 'garak', '--tenant', 'acme', '--endpoint', 'ep'];
    const { stderr, exitCode } = await evidence(['import', folder.path, ...where]);
    expect({ stderr, exitCode }).toEqual({
      stderr: `evidence: ${folder.path} is a folder; name a file in it.\n`,
      exitCode: 1,
    });
  });
  test('a missing file is named', async () => {
    await using folder = await tempFolder();
    const file = join(folder.path, 'nothing.jsonl');
    const where = ['--format', 'garak', '--tenant', 'acme', '--endpoint', 'ep'];
    const { stderr, exitCode } = await evidence(['import', file, ...where]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(file);
  });
});

test('verify returns the exit code of the verifier', async () => {
  const anyJson = join(REPOSITORY, 'package.json');
  const { exitCode } = await evidence(['verify', anyJson, '--key', anyJson, '--attestation', anyJson]);
  expect(exitCode).toBe(2);
});

test("through npm, paths are relative to the operator's folder", async () => {
  await using folder = await tempFolder();
  await writeFile(join(folder.path, 'scan.jsonl'), '{"entry_type":"init","garak_version":"0.13.3"}\n');
  const importing = (env: NodeJS.ProcessEnv) => {
    const url = 'kurrentdb://127.0.0.1:1?tls=false';
    const args = ['import', 'scan.jsonl', '--format', 'garak', '--tenant', 'acme', '--endpoint', 'ep'];
    return evidence(args, { EVENT_STORE_URL: url, ...env });
  };
  expect((await importing({})).stderr).toContain('scan.jsonl cannot be read');
  const throughNpm = { npm_lifecycle_event: 'evidence', INIT_CWD: folder.path };
  // The file is read; only the store to record it in is missing.
  expect((await importing(throughNpm)).stderr).toContain('EVENT_STORE_URL');
});

describe('a dry run of an import', () => {
  const ran = async (content: string, ...options: readonly string[]) => {
    await using folder = await tempFolder();
    const file = join(folder.path, 'scan');
    await writeFile(file, content);
    const env = { EVENT_STORE_URL: `kurrentdb://127.0.0.1:${NOBODYS_PORT}?tls=false` };
    return await evidence(['import', file, '--tenant', 'acme', '--endpoint', 'ep', '--dry-run', ...options], env);
  };
  test('detects the format and shows what would be recorded, without an event store', async () => {
    const row = { title: 't', severity: 'low', tags: ['LLM01:2025', 'odd:tag'] };
    const findings = [row, { ...row, severity: 'P9' }];
    const { stdout, exitCode } = await ran(
      JSON.stringify({ format: 'evidence-findings/v1', tool: { name: 'own' }, findings }),
    );
    expect(exitCode).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'Detected format: native.',
      expect.stringMatching(/^Scan scn_[a-z2-7]{26} of ep \(own\): 1 of 2 rows recorded as findings\.$/),
      'Not recorded: 1 severity unknown.',
      // The row with the unknown severity failed too: it is not recorded, but it counts as failed.
      'At least 2 failed; the file does not say how many evaluations passed.',
      'Target not stated: neither the file nor the command line says what was tested.',
      'The time of the scan is unknown: neither the file nor --started-at states it. So the scan does not reopen fixed findings, and does not show that others are gone.',
      'Controls named: OWASP_LLM01.',
      'Tags that name no known control: odd:tag.',
      'This was a dry run: nothing was recorded.',
      '',
    ]);
  });
  test('shows what a tag means in an edition of the OWASP list, and refuses an edition that does not exist', async () => {
    const findings = [{ title: 't', severity: 'low', tags: ['LLM06'] }];
    const file = JSON.stringify({ format: 'evidence-findings/v1', tool: { name: 'own' }, findings });
    expect((await ran(file)).stdout).toContain('Tags that name no known control: LLM06 (could be ');
    expect((await ran(file, '--owasp-llm-edition', '2025')).stdout).toContain('Controls named: OWASP_LLM06.');
    const { stderr, exitCode } = await ran(file, '--owasp-llm-edition', '2024');
    expect({ stderr, exitCode }).toEqual({ stderr: expect.stringContaining('2023, 2025, 2026'), exitCode: 2 });
  });
  test('of an unknown file says how the file begins', async () => {
    const { stdout, stderr, exitCode } = await ran('{"weather": "fine"}');
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    expect(stderr).toContain('"weather"');
  });
});

describe('the operator', () => {
  test.each([
    ['root', 'operator:root'],
    ['Zoë Müller', 'operator:Zo__M_ller'],
    ['x'.repeat(300), `operator:${'x'.repeat(64)}`],
    ['', 'operator:unknown'],
  ])('%s is %s', (name, actor) => expect(operatorOf(() => name)).toBe(actor));
  test('without a name is the user id', () => {
    const nameless = () => {
      throw new Error('no entry in passwd');
    };
    expect(operatorOf(nameless)).toMatch(/^operator:(uid-\d+|unknown)$/);
  });
});
