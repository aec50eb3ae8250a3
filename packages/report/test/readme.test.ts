import { readFileSync } from 'node:fs';
import { type ReportEvent, type ReportEventType, reportEventTypes } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { foldOf } from '@evidence/decider';
import { expect, test } from 'vitest';
import { type ReportLife, reportLife, reportStatusOf } from '../src/index.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const event = (type: ReportEventType) => ({ type, data: exampleOf(type) }) as unknown as ReportEvent;

/** The shortest sequence of events to each phase. */
const WAYS: Readonly<Record<ReportLife['phase'], readonly ReportEventType[]>> = {
  absent: [],
  queued: ['ReportRequested'],
  started: ['ReportRequested', 'ReportStarted'],
  scoped: ['ReportRequested', 'ReportStarted', 'ReportScoped'],
  mapped: ['ReportRequested', 'ReportStarted', 'ReportScoped', 'ReportMapped'],
  ready: ['ReportRequested', 'ReportStarted', 'ReportScoped', 'ReportMapped', 'ReportReady'],
  failed: ['ReportRequested', 'ReportFailed'],
  expired: ['ReportRequested', 'ReportStarted', 'ReportScoped', 'ReportMapped', 'ReportReady', 'ReportExpired'],
};
/** Events of a ready report that leave it ready. */
const STAYS = ['ReportDownloaded', 'ArtifactLost', 'ArtifactRestored'].map((type) => `ready ${type} ready`);
const PHASES = Object.keys(WAYS) as ReportLife['phase'][];
const lifeAt = (phase: ReportLife['phase']) => foldOf(reportLife, WAYS[phase].map(event));

/** The rows of the table with the header `heading`, without backticks. */
function tableRows(heading: string): string[][] {
  const [, , ...lines] = readme.slice(readme.indexOf(`| ${heading} |`)).split('\n');
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(0, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

test('the diagram has an arrow for each event that changes the phase, and for no other', () => {
  const arrows = [...readme.matchAll(/^ {2}(\S+) --> (\S+) : (\S+)$/gm)].map(
    ([, from, to, type]) => `${from === '[*]' ? 'absent' : from} ${type} ${to}`,
  );
  const moves = PHASES.flatMap((from) =>
    reportEventTypes.flatMap((type) => {
      const { phase: to } = reportLife.evolve(lifeAt(from), event(type));
      return to === from ? [] : [`${from} ${type} ${to}`];
    }),
  );
  expect(arrows.toSorted()).toEqual([...moves, ...STAYS].toSorted());
});

test('the table has each phase, with the status that clients see', () => {
  const stated = tableRows('Phase').map(([phase, status]) => [phase, status]);
  const real = PHASES.map((phase) => {
    const life = lifeAt(phase);
    return [phase, life.phase === 'absent' ? '404' : reportStatusOf(life)];
  });
  expect(stated).toEqual(real);
});

test('the eleven decisions cover every event of a report', () => {
  const rows = tableRows('Command');
  expect(rows).toHaveLength(11);
  expect(new Set(rows.map((row) => row.at(-1)))).toEqual(new Set(reportEventTypes));
});
