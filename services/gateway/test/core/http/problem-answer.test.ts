import { expect, test } from 'vitest';
import { Problem } from '../../../src/core/call/problem.js';
import { answerOf } from '../../../src/core/http/problem-answer.js';

test('a problem repeats the sent value, truncated if it is long', () => {
  const value = 'x'.repeat(10_000);
  const { document } = answerOf(new Problem('invalid_request', 'No.', { value }));
  expect(document).toMatchObject({ title: 'Invalid request', status: 400, detail: 'No.', error: 'invalid_request' });
  expect(JSON.stringify(document).length).toBeLessThan(600);
  expect(answerOf(new Problem('not_found', 'No.')).document).not.toHaveProperty('value');
});
