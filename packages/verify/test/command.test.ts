import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { verifyCommand } from '../src/index.js';
import { edited, vector, vectorPath } from './vectors.js';

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

const [PDF, JSON_REPORT, ATTESTATION] = ['report.pdf', 'report.json', 'report.json.dsse.json'].map(vectorPath) as [
  string,
  string,
  string,
];
const JWKS = vectorPath('jwks.json');
const ARCHIVED = [vectorPath('archived.pdf'), '--key', vectorPath('archive.jwks.json')];
const AUTHORITIES = vectorPath('authorities.pem');

describe('evidence verify', () => {
  it('answers 0 for a valid PDF and tells what that does not prove', async () => {
    const { exitCode, stdout, stderr } = await run(PDF, '--key', vectorPath('certificate.pem'));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^VALID/);
    expect(stdout).toContain('Not proven');
  });

  it('answers 0 for a valid JSON report with its attestation', async () => {
    expect(await run(JSON_REPORT, '--key', JWKS, '--attestation', ATTESTATION)).toMatchObject({ exitCode: 0 });
  });

  it('answers 1 for a changed file, and names the check that failed', async () => {
    const changed = await file('changed.pdf', edited(vector('report.pdf'), 'Evidence report', 'evidence report'));
    const { exitCode, stdout } = await run(changed, '--key', JWKS);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^NOT VALID .*content_changed/);
    expect(stdout).toContain('FAILED');
  });

  it('answers 1 when a good PDF comes with the attestation of another file', async () => {
    const { exitCode, stdout } = await run(PDF, '--key', JWKS, '--attestation', ATTESTATION);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('subject_mismatch');
  });

  it('answers 3 for a key that is not trusted', async () => {
    expect(await run(PDF, '--key', vectorPath('stranger.jwks.json'))).toMatchObject({ exitCode: 3 });
  });

  it('answers 0 for an archived PDF, with its level and who vouches for the time', async () => {
    const { exitCode, stdout } = await run(...ARCHIVED, '--authorities', AUTHORITIES, '--level', 'B-LTA');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('level    PAdES B-LTA');
    expect(stdout).toMatch(/signed {3}time-stamped 2026-11-24T/);
    expect(stdout).toContain('CN=tsa');
  });

  it('answers 0 for an attestation with its time-stamp', async () => {
    const [envelope, token] = [vectorPath('time-stamped.dsse.json'), vectorPath('time-stamped.dsse.json.tst')];
    const attested = [JSON_REPORT, '--key', vectorPath('archive.jwks.json'), '--attestation', envelope];
    const { exitCode, stdout } = await run(...attested, '--timestamp', token, '--authorities', AUTHORITIES);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/signed {3}time-stamped/);
    expect(await run(...attested)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('by its own word') });
  });

  it('answers 3 for a time-stamp of an authority that is not trusted, and never takes the file for less', async () => {
    expect(await run(...ARCHIVED)).toMatchObject({ exitCode: 3, stdout: expect.stringContaining('authority_unknown') });
  });

  it('answers 1 when the file has a lower level than was asked for', async () => {
    const { exitCode, stdout } = await run(PDF, '--key', JWKS, '--level', 'B-T');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('level_too_low');
  });

  it.each([
    ['no file', ['--key', JWKS]],
    ['two files', [PDF, PDF, '--key', JWKS]],
    ['no key', [PDF]],
    ['an unknown option', [PDF, '--key', JWKS, '--trust-me']],
    ['a file that is not there', [join(folder, 'absent.pdf'), '--key', JWKS]],
    ['a folder as the file', [folder, '--key', JWKS]],
    ['a key that is not there', [PDF, '--key', join(folder, 'absent.json')]],
    ['a key file that is no key', [PDF, '--key', JSON_REPORT]],
    ['a JSON report without its attestation', [JSON_REPORT, '--key', JWKS]],
    ['a level that there is not', [PDF, '--key', JWKS, '--level', 'B-X']],
    ['a time-stamp without its attestation', [PDF, '--key', JWKS, '--timestamp', PDF]],
    ['authorities that are no certificates', [PDF, '--key', JWKS, '--authorities', JWKS]],
  ])('answers 2 and one explanation for %s', async (_, argv) => {
    const { exitCode, stdout, stderr } = await run(...argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).not.toBe('');
  });

  it('does not let a file name steer the terminal', async () => {
    const { stdout } = await run(await file('\u001b[2J.pdf', vector('report.pdf')), '--key', JWKS);
    expect(stdout).not.toContain('\u001b');
  });

  it('runs as a program of its own', async () => {
    const main = join(import.meta.dirname, '..', 'dist', 'main.js');
    const { stdout } = await promisify(execFile)(process.execPath, [main, PDF, '--key', JWKS]);
    expect(stdout).toMatch(/^VALID/);
    await expect(promisify(execFile)(process.execPath, [main, PDF])).rejects.toMatchObject({ code: 2 });
  });
});
