import { expect, test } from 'vitest';
import { ProgressLine, readingShown } from '../src/progress-line.js';

/** A terminal or a file, and a clock that advances by `stepMs` whenever it is read. */
function shownOn(isTTY: boolean, stepMs: number) {
  const written: string[] = [];
  const stderr = { isTTY, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
  let nowMs = 0;
  const now = () => {
    nowMs += stepMs;
    return new Date(nowMs);
  };
  return { written, line: new ProgressLine({ stderr, now }) };
}

async function read(line: ProgressLine): Promise<void> {
  const pieces = async function* () {
    for (let piece = 0; piece < 4; piece++) yield Buffer.alloc(25);
  };
  for await (const _ of readingShown(pieces(), 100, line));
}

test('on a terminal, one line shows the progress, and is cleared', async () => {
  const { written, line } = shownOn(true, 1_000);
  await read(line);
  line.clear();
  expect(written.map((text) => text.replace('\r\u001b[2K', '|'))).toEqual([
    ...['|Reading: 25 %', '|Reading: 50 %', '|Reading: 75 %', '|Reading: 100 %'],
    '|',
  ]);
});

test('quick updates are shown only now and then, and a script gets none', async () => {
  const quick = shownOn(true, 1);
  await read(quick.line);
  expect(quick.written).toHaveLength(1);
  const script = shownOn(false, 1_000);
  await read(script.line);
  script.line.clear();
  expect(script.written).toEqual([]);
});
