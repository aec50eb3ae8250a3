import { expect, test } from 'vitest';
import { unmetPrecondition } from '../../../src/core/http/precondition.js';

test.each([
  [{}, undefined],
  [{ ifNoneMatch: '"a"' }, 'not_modified'],
  [{ ifNoneMatch: 'W/"a"' }, 'not_modified'],
  [{ ifNoneMatch: '"x,y", W/"z" ,"a"' }, 'not_modified'],
  [{ ifNoneMatch: '*' }, 'not_modified'],
  [{ ifNoneMatch: '"b", "a' }, undefined],
  [{ ifNoneMatch: 'a' }, undefined],
  [{ ifNoneMatch: '' }, undefined],
  [{ ifMatch: '"b", "a"' }, undefined],
  [{ ifMatch: '*' }, undefined],
  [{ ifMatch: 'W/"a"' }, 'failed'],
  [{ ifMatch: '"b"' }, 'failed'],
  [{ ifMatch: '"*"' }, 'failed'],
  [{ ifMatch: '"b"', ifNoneMatch: '"a"' }, 'failed'],
  [{ ifMatch: '"a"', ifNoneMatch: '"a"' }, 'not_modified'],
])('for the artifact "a", %j is %s', (preconditions, expected) => {
  expect(unmetPrecondition(preconditions, '"a"')).toBe(expected);
});
