import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { renderTemplate } from '../src/template/index.js';
import { sampleReport } from './sample-report.js';
import { standardPack } from './standard-packs.js';
import { SHOWS_ALL } from './template-rules.js';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** The output of a program in this folder for `input`, in two other time zones and languages. */
function printedElsewhere(program: string, input: object): string[] {
  const child = fileURLToPath(new URL(program, import.meta.url));
  return [
    { TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
    { TZ: 'America/St_Johns', LANG: 'C' },
  ].map((surroundings) => {
    const env = { ...process.env, ...surroundings };
    return execFileSync(process.execPath, [child], { env, input: JSON.stringify(input), encoding: 'utf8' });
  });
}

test('the standard pack has the same bytes in another time zone, another language and another process', async () => {
  const report = sampleReport({ findings: 15 });
  const here = sha256(await standardPack(report));
  expect(printedElsewhere('standard-in-child.mjs', report)).toEqual([here, here]);
});

test('a template PDF has the same bytes there too', async () => {
  const report = sampleReport({ findings: 15 });
  const here = sha256(await renderTemplate(SHOWS_ALL, report));
  expect(printedElsewhere('template-in-child.mjs', { template: SHOWS_ALL, report })).toEqual([here, here]);
});
