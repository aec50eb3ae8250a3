import { execFile, execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vectorPath } from './vectors.js';

/** What an auditor receives: one archive, without the repository and without a network. */

const PACKAGE = join(import.meta.dirname, '..');
const README = readFileSync(join(PACKAGE, 'README.md'), 'utf8');
const TIMEOUT_MS = 60_000;

const main = join(PACKAGE, 'dist', 'command', 'main.js');
const [PDF, JWKS] = [vectorPath('report.pdf'), vectorPath('jwks.json')];
const ARCHIVED = [vectorPath('archived.pdf'), '--key', vectorPath('archive.jwks.json')];
const AUTHORITIES = vectorPath('authorities.pem');

const folder = mkdtempSync(join(tmpdir(), 'packed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (command: string, ...args: string[]) => execFileSync(command, args, { cwd: folder, encoding: 'utf8' });

beforeAll(() => {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: PACKAGE });
  const [archive] = readdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{}');
  mkdirSync(join(folder, 'cache'));
  run('npm', 'install', '--offline', '--no-audit', '--no-fund', '--silent', '--cache', 'cache', `./${archive}`);
  for (const name of ['report.pdf', 'jwks.json', 'report.json', 'report.json.dsse.json']) {
    copyFileSync(vectorPath(name), join(folder, name));
  }
}, TIMEOUT_MS);

describe('the package alone', { timeout: TIMEOUT_MS }, () => {
  it('needs no other package and contains no tests', () => {
    expect(readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['@evidence']);
    expect(readdirSync(join(folder, 'node_modules', '@evidence'))).toEqual(['verify']);
    const inside = readdirSync(join(folder, 'node_modules', '@evidence', 'verify'));
    expect(inside.sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);
  });

  const commands = [...README.matchAll(/^npx evidence-verify (.*)$/gm)].map(([, argv]) => argv!.split(/ +/));

  it('has the commands of its README', () => {
    expect(commands).toHaveLength(3);
  });

  // The command with --level B-LTA needs an archived report, which has another name in the vectors.
  it.each(commands.filter((argv) => !argv.includes('--level')))('runs as its README says: %s', (...argv) => {
    expect(run(join(folder, 'node_modules', '.bin', 'evidence-verify'), ...argv)).toMatch(/^VALID/);
  });

  it('uses its own name in its output', () => {
    const help = run(join(folder, 'node_modules', '.bin', 'evidence-verify'), '--help');
    expect(help).toMatch(/^Usage: evidence-verify <file>/);
    expect(help).not.toContain('evidence verify');
  });

  it('works as a library as its README says', () => {
    const [, example] = /```js\n([\s\S]+?)```/.exec(README)!;
    writeFileSync(join(folder, 'example.mjs'), `${example}console.log(verdict, doesNotProve.length > 0);\n`);
    expect(run(process.execPath, 'example.mjs')).toBe('valid true\n');
  });
});

describe('the program', () => {
  it('runs on Node 20', async () => {
    const younger = ['validFromDate', 'validToDate'].map((name) => `delete X509Certificate.prototype.${name};`);
    const older = `data:text/javascript,import { X509Certificate } from 'node:crypto'; ${younger.join(' ')}`;
    const argv = ['--import', older, main, ...ARCHIVED, '--authorities', AUTHORITIES];
    const { stdout } = await promisify(execFile)(process.execPath, argv);
    expect(stdout).toMatch(/^VALID/);
  });

  it.skipIf(process.platform !== 'linux')('does not return 0 if its report could not be written', async () => {
    const command = `"${process.execPath}" "${main}" "${PDF}" --key "${JWKS}"`;
    await expect(promisify(execFile)('sh', ['-c', `${command} > /dev/full`])).rejects.toMatchObject({ code: 2 });
    // A reader that stops early is not a failure, and the verdict stays.
    const piped = await promisify(execFile)('bash', ['-c', `set -o pipefail; ${command} | head -n 1`]);
    expect(piped.stdout).toMatch(/^VALID/);
  });

  it('runs as a program', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [main, PDF, '--key', JWKS]);
    expect(stdout).toMatch(/^VALID/);
    await expect(promisify(execFile)(process.execPath, [main, PDF])).rejects.toMatchObject({ code: 2 });
  });
});
