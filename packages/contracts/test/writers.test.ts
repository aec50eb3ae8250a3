import { expect, test } from 'vitest';
import { newestVersion, writerNames, writers } from '../src/index.js';

test('every type of event has a writer: without one, an event store with logins takes it of nobody', () => {
  const written = new Set(writerNames.flatMap((name): readonly string[] => writers[name].types));
  expect([...written].toSorted()).toEqual(Object.keys(newestVersion).toSorted());
});
