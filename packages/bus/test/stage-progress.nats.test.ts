import { eventually } from '@evidence/testkit';
import { expect, test } from 'vitest';
import { hearProgress, ProgressTeller, type StageProgress } from '../src/stage-progress.js';
import { reportIdOf, TENANT, World } from './world.js';

const about = (n: number, percent: number) => ({ tenant: TENANT, reportId: reportIdOf(n), percent });

test('the progress of a stage is published at most twice a second per report, not at its beginning, and only increasing', async () => {
  const world = await World.open();
  const [speaker, listener] = [await world.connect(), await world.connect()];
  const heard: StageProgress[] = [];
  hearProgress(listener, (progress) => heard.push(progress));
  await listener.flush();
  let ms = 0;
  const teller = new ProgressTeller('rendering', () => new Date(ms));
  teller.tell(about(9, 1));
  teller.speakOver(speaker);
  for (let percent = 0; percent <= 100; percent++, ms += 100) teller.tell(about(1, percent));
  for (const percent of [20, 100]) teller.tell(about(1, percent));
  teller.tell(about(2, 7));
  ms += 500;
  teller.tell(about(2, 8));
  const percents = [...Array.from({ length: 20 }, (_, n) => (n + 1) * 5)];
  await eventually(() => expect(heard).toHaveLength(percents.length + 1));
  expect(heard.slice(0, -1)).toEqual(percents.map((percent) => ({ ...about(1, percent), stage: 'rendering' })));
  expect(heard.at(-1)).toEqual({ ...about(2, 8), stage: 'rendering' });
});

test('unreadable progress is left out, and a closed connection does no harm', async () => {
  const world = await World.open();
  const [speaker, listener] = [await world.connect(), await world.connect()];
  const heard: StageProgress[] = [];
  hearProgress(listener, (progress) => heard.push(progress));
  await listener.flush();
  const subject = `progress.v1.${TENANT}.${reportIdOf(1)}`;
  for (const body of ['', '{', '[]', 'null', '{"stage":"baking","percent":1}', '{"stage":"mapping","percent":101}'])
    speaker.publish(subject, body);
  speaker.publish(subject, JSON.stringify({ stage: 'mapping', percent: 1, more: 'x'.repeat(200) }));
  speaker.publish(`${subject}.more`, '{"stage":"mapping","percent":1}');
  let ms = 0;
  const teller = new ProgressTeller('mapping', () => new Date(ms));
  teller.speakOver(speaker);
  for (const tellsOn of [2, 3]) teller.tell(about(tellsOn, 49));
  ms += 500;
  teller.tell(about(2, 50));
  await eventually(() => expect(heard).toEqual([{ ...about(2, 50), stage: 'mapping' }]));
  await speaker.close();
  expect(() => teller.tell(about(3, 50))).not.toThrow();
});
