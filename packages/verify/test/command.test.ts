import { execFileSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { verifyCommand } from '../src/index.js';
import { edited, textVector, vector, vectorPath } from './vectors.js';

const folder = await mkdtemp(join(tmpdir(), 'verify-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...argv: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const exitCode = await verifyCommand(argv, {
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
  });
  return { exitCode, ...written };
}

async function file(name: string, bytes: Buffer | string): Promise<string> {
  await writeFile(join(folder, name), bytes);
  return join(folder, name);
}

/** A file of that length that takes no space on disk. */
function sparse(name: string, length: number): string {
  writeFileSync(join(folder, name), '');
  truncateSync(join(folder, name), length);
  return join(folder, name);
}

function pipe(name: string): string {
  execFileSync('mkfifo', [join(folder, name)]);
  return join(folder, name);
}

const [PDF, JSON_REPORT, ATTESTATION] = ['report.pdf', 'report.json', 'report.json.dsse.json'].map(vectorPath) as [
  string,
  string,
  string,
];
const JWKS = vectorPath('jwks.json');
const ARCHIVED = [vectorPath('archived.pdf'), '--key', vectorPath('archive.jwks.json')];
const AUTHORITIES = vectorPath('authorities.pem');

describe('evidence verify', () => {
  it('returns 0 for a valid PDF and says what that does not prove', async () => {
    const { exitCode, stdout, stderr } = await run(PDF, '--key', vectorPath('certificate.pem'));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^VALID/);
    expect(stdout).toContain('Not proven');
  });

  it('returns 0 for a valid JSON report with its attestation', async () => {
    expect(await run(JSON_REPORT, '--key', JWKS, '--attestation', ATTESTATION)).toMatchObject({ exitCode: 0 });
  });

  it('returns 1 for a changed file, and names the check that failed', async () => {
    const changed = await file('changed.pdf', edited(vector('report.pdf'), 'Evidence report', 'evidence report'));
    const { exitCode, stdout } = await run(changed, '--key', JWKS);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^NOT VALID .*content_changed/);
    expect(stdout).toContain('FAILED');
  });

  it('returns 1 for a good PDF with the attestation of another file', async () => {
    const { exitCode, stdout } = await run(PDF, '--key', JWKS, '--attestation', ATTESTATION);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('subject_mismatch');
  });

  it('returns 3 for an untrusted key, which is no verdict on the file', async () => {
    const { exitCode, stdout } = await run(PDF, '--key', vectorPath('stranger.jwks.json'));
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^UNDECIDED .*key_unknown/);
    expect(stdout).toContain('OPEN    signed with the key');
    expect(stdout).not.toContain('FAILED');
    expect(stdout).toContain('No problem was found, but nothing has been proven');
  });

  it.each([
    ['an untrusted key', ['--key', vectorPath('stranger.jwks.json')]],
    ['the attestation of another file', ['--key', JWKS, '--attestation', ATTESTATION]],
    ['a trusted key', ['--key', JWKS]],
  ])('lists the same as not proven in text and in JSON: %s', async (_, options) => {
    const unfolded = (await run(PDF, ...options)).stdout.replace(/\s+/g, ' ');
    for (const line of (await run(PDF, ...options, '--json')).stdout.trimEnd().split('\n')) {
      const { verdict, does_not_prove: open } = JSON.parse(line);
      expect(open.length).toBeGreaterThan(0);
      expect(unfolded).toContain(`Not proven: - ${open.join(' - ')} Next:`);
      expect(open.some((each: string) => each.includes('you chose to trust it'))).toBe(verdict === 'valid');
    }
  });

  it('says what to do next, in lines of at most 80 columns', async () => {
    const help = await run('--help');
    expect(help).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/Exit codes:\n {2}0 {2}valid/) });
    const archived = await run(...ARCHIVED, '--authorities', AUTHORITIES);
    expect(archived.stdout).toContain('  Next:\n    Compare the key above');
    // The first line contains the path of the file, which may be longer.
    const lines = [...help.stdout.split('\n'), ...archived.stdout.split('\n').slice(1)];
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it('says that pages and data are signed but not compared', async () => {
    expect((await run(PDF, '--key', JWKS)).stdout).toContain('That the pages show what the attached data says');
  });

  it('states the type of the statement in an attestation', async () => {
    const { stdout } = await run(JSON_REPORT, '--key', JWKS, '--attestation', ATTESTATION);
    expect(stdout).toContain('type     https://example.org/evidence-report/v1');
  });

  it('prints one JSON document per line for programs', async () => {
    const { exitCode, stdout } = await run(PDF, '--key', JWKS, '--attestation', ATTESTATION, '--json');
    expect(exitCode).toBe(1);
    const documents = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(documents).toMatchObject([
      {
        file: PDF,
        verdict: 'valid',
        level: 'B-B',
        signed_by: { development_key: true },
        signed_at: { basis: 'claimed' },
      },
      { file: PDF, attestation: ATTESTATION, verdict: 'subject_mismatch', next_step: expect.any(String) },
    ]);
  });

  it('reads a key set as saved by PowerShell and Notepad', async () => {
    const text = textVector('jwks.json');
    const utf16 = await file('utf16.json', Buffer.from(`\ufeff${text}`, 'utf16le'));
    const marked = await file('marked.json', `\ufeff${text}`);
    expect(await run(PDF, '--key', utf16)).toMatchObject({ exitCode: 0 });
    expect(await run(PDF, '--key', marked)).toMatchObject({ exitCode: 0 });
  });

  it('returns 0 for an archived PDF, with its level and the authority that vouches for the time', async () => {
    const { exitCode, stdout } = await run(...ARCHIVED, '--authorities', AUTHORITIES, '--level', 'B-LTA');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('level    PAdES B-LTA');
    expect(stdout).toMatch(/signed {3}no later than 2026-11-24T\S+, according to a\s+time-stamp/);
    expect(stdout).toContain('CN=tsa');
  });

  it('returns 0 for an attestation with its time-stamp', async () => {
    const [envelope, token] = [vectorPath('time-stamped.dsse.json'), vectorPath('time-stamped.dsse.json.tst')];
    const attested = [JSON_REPORT, '--key', vectorPath('archive.jwks.json'), '--attestation', envelope];
    const { exitCode, stdout } = await run(...attested, '--timestamp', token, '--authorities', AUTHORITIES);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/signed {3}no later than .*, according to a\s+time-stamp/);
    expect(await run(...attested)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('according to the signer only'),
    });
  });

  it('returns 3 for a time-stamp of an untrusted authority, and never accepts the file at a lower level', async () => {
    expect(await run(...ARCHIVED)).toMatchObject({ exitCode: 3, stdout: expect.stringContaining('authority_unknown') });
  });

  it('returns 1 for a file below the required level', async () => {
    const { exitCode, stdout } = await run(PDF, '--key', JWKS, '--level', 'B-T');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('level_too_low');
  });

  it.each([
    ['no file', ['--key', JWKS]],
    ['two files', [PDF, PDF, '--key', JWKS]],
    ['no key', [PDF]],
    ['an unknown option', [PDF, '--key', JWKS, '--trust-me']],
    ['a missing file', [join(folder, 'absent.pdf'), '--key', JWKS]],
    ['a folder as the file', [folder, '--key', JWKS]],
    ['a missing key file', [PDF, '--key', join(folder, 'absent.json')]],
    ['a key file without a key', [PDF, '--key', JSON_REPORT]],
    ['a JSON report without its attestation', [JSON_REPORT, '--key', JWKS]],
    ['an unknown level', [PDF, '--key', JWKS, '--level', 'B-X']],
    ['a time-stamp without its attestation', [PDF, '--key', JWKS, '--timestamp', PDF]],
    ['two keys', [PDF, '--key', vectorPath('stranger.jwks.json'), '--key', JWKS]],
    [
      'a level for a file that is not a PDF',
      [JSON_REPORT, '--key', JWKS, '--attestation', ATTESTATION, '--level', 'B-T'],
    ],
    ['an empty file', [sparse('empty.pdf', 0), '--key', JWKS]],
    ['an endless device', ['/dev/zero', '--key', JWKS]],
    ['a pipe without a writer', [pipe('pipe'), '--key', JWKS]],
    ['a key that is a device', [PDF, '--key', '/dev/zero']],
    ['a file larger than any report', [sparse('large.pdf', 2 * 1024 ** 3), '--key', JWKS]],
    ['a key file larger than a string can be', [PDF, '--key', sparse('large.json', 600 * 1024 ** 2)]],
    [
      'an attestation that is too large',
      [JSON_REPORT, '--key', JWKS, '--attestation', sparse('l.dsse', 600 * 1024 ** 2)],
    ],
    ['authorities that are not certificates', [PDF, '--key', JWKS, '--authorities', JWKS]],
  ])('returns 2 and one explanation for %s', async (_, argv) => {
    const { exitCode, stdout, stderr } = await run(...argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).not.toBe('');
  });

  it.each([
    ['--attestaton', ': did you mean --attestation?'],
    ['--kye', ': did you mean --key?'],
    ['--lavel=B-T', ': did you mean --level?'],
    ['--trust-me', '.'],
  ])('suggests a similar option for %s, if there is one', async (option, proposal) => {
    const { exitCode, stderr } = await run(PDF, option, JWKS);
    expect([exitCode, stderr.split('\n')[0]]).toEqual([2, `There is no option ${option.split('=')[0]}${proposal}`]);
  });

  it('does not let a file name control the terminal', async () => {
    const named = await file('\u001b[2J\u202e\u200b.pdf', vector('report.pdf'));
    const written = [await run(named, '--key', JWKS), await run(`${named}.absent`, '--key', JWKS)];
    const json = await run(named, '--key', JWKS, '--json');
    for (const { stdout, stderr } of [...written, json]) {
      expect(`${stdout}${stderr}`).not.toMatch(/\p{Cf}/u);
      expect(`${stdout}${stderr}`).not.toContain('\u001b');
    }
    expect(JSON.parse(json.stdout).file).toBe(named);
  });
});
