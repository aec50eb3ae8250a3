import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readData } from '../src/load.js';

const agentic = readData().catalogs.find(
  ({ framework, edition }) => framework === 'OWASP_AGENTIC' && edition === '2026',
);

describe('npm run frameworks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'frameworks-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  const run = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });

  it('reports that the data is sound, and how the files of a folder differ', () => {
    writeFileSync(join(folder, 'agentic.json'), JSON.stringify({ ...agentic, controls: [{ ref: 'X', title: 'Y' }] }));
    writeFileSync(join(folder, 'other.json'), '{}');
    writeFileSync(join(folder, 'readme.md'), 'no JSON');
    const { status, stdout, stderr } = run(folder);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /^10 catalogs with 1152 entries, .* All rows are sound\.\nagentic\.json: differences: 11\n {2}X "Y" is new\./,
    );
    expect(stdout).toContain('other.json: not compared');
    expect(stdout).not.toContain('readme');
  });

  it('names a file that is not JSON and a folder that does not exist, and prints its usage', () => {
    writeFileSync(join(folder, 'broken.json'), '{');
    expect(run(folder)).toMatchObject({ status: 2, stderr: expect.stringMatching(/broken\.json is not valid JSON/) });
    expect(run(join(folder, 'none'))).toMatchObject({ status: 2, stderr: expect.stringMatching(/cannot be compared/) });
    expect(run('--help')).toMatchObject({ status: 2, stderr: expect.stringMatching(/^npm run frameworks/) });
  });
});
