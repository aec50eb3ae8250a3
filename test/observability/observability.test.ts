import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY, tool } from '@evidence/testkit';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { program } from '../../packages/cli/src/program.js';
import type { Surroundings } from '../../packages/cli/src/surroundings.js';
import { alerts, expressions, FOLDER, metricsIn } from './expressions.js';

const run = promisify(execFile);
const RUNBOOK = join(REPOSITORY, 'docs', 'runbook');
const pages = (await readdir(RUNBOOK)).filter((file) => file !== 'README.md');
const page = (file: string) => readFile(join(RUNBOOK, file), 'utf8');

test('every alert has a page, every page an alert, and the index lists them all', async () => {
  const names = alerts.map(({ alert }) => alert);
  expect(pages.toSorted()).toEqual(names.map((name) => `${name}.md`).toSorted());
  for (const { alert, annotations } of alerts) expect(annotations.runbook_url).toBe(`docs/runbook/${alert}.md`);
  const index = await page('README.md');
  for (const { alert, labels } of alerts) expect(index).toContain(`| [${alert}](${alert}.md) | ${labels.severity} |`);
});

describe.each(pages)('%s', (file) => {
  test('says what the alert means, how to see it and what to do', async () => {
    const headings = (await page(file)).match(/^#+ .*$/gm);
    const title = `# ${file.slice(0, -'.md'.length)}`;
    expect(headings).toEqual([title, '## What it means', '## How to see it', '## What to do']);
  });

  test('refers to existing pages and commands', async () => {
    const text = await page(file);
    for (const [, other] of text.matchAll(/\]\((\w+\.md)\)/g)) expect(pages).toContain(other);
    for (const [, words = ''] of text.matchAll(/evidence -- ([\w -]+)/g)) assertCommand(words.trim().split(/\s+/));
  });
});

test('every expression reads at least one metric, and only known metrics and functions', () => {
  expect(metricsIn('sum by (job, le) (rate(evidence_event_age_seconds_bucket{job="a_b"}[$__rate_interval]))')).toEqual([
    'evidence_event_age_seconds',
  ]);
  for (const [where, expr] of expressions) expect(metricsIn(expr), where).not.toEqual([]);
});

test('promtool accepts rules and configuration, and alerts fire in their test cases', async ({ skip }) => {
  const promtool = await tool('promtool');
  if (!promtool) return skip('promtool is not installed: it is in the package prometheus');
  const cwd = FOLDER;
  await run(promtool, ['check', 'rules', 'alerts.yaml'], { cwd });
  await run(promtool, ['check', 'config', 'prometheus.yaml'], { cwd });
  await run(promtool, ['test', 'rules', 'alerts.test.yaml'], { cwd });
});

test('the collector refers to no undefined component', async () => {
  const { service, ...parts } = parse(await readFile(join(FOLDER, 'collector.yaml'), 'utf8')) as {
    readonly service: {
      readonly extensions: readonly string[];
      readonly pipelines: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
    };
  } & Readonly<Record<string, object>>;
  for (const extension of service.extensions) expect(Object.keys(parts.extensions ?? {})).toContain(extension);
  for (const pipeline of Object.values(service.pipelines))
    for (const [kind, used] of Object.entries(pipeline))
      for (const name of used) expect(Object.keys(parts[kind] ?? {}), kind).toContain(name);
});

/** Throws for a command or an option that the operator's program does not have. */
function assertCommand(words: readonly string[]): void {
  let command = program({} as Surroundings, () => undefined);
  for (const word of words) {
    if (word.startsWith('--')) {
      expect(
        command.options.map(({ long }) => long),
        words.join(' '),
      ).toContain(word);
      continue;
    }
    const inner = command.commands.find((one) => one.name() === word);
    if (inner) command = inner;
    else if (command.commands.length > 0) throw new Error(`evidence has no command ${words.join(' ')}`);
  }
}
