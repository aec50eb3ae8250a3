import { expect, test } from 'vitest';
import { newestVersion, writerNames, writers } from '../src/index.js';

test('every event type has a writer, because otherwise an event store with logins would refuse it', () => {
  const written = new Set(writerNames.flatMap((name): readonly string[] => writers[name].types));
  expect([...written].toSorted()).toEqual(Object.keys(newestVersion).toSorted());
});
