import { createReadStream } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkScan, imported, inChunks } from './importing.js';

const caseOf = (name: string) =>
  imported(createReadStream(new URL(`cases/${name}`, import.meta.url)), { format: 'promptfoo' });

interface Component {
  readonly type?: string;
  readonly pass: boolean;
  readonly reason: string;
  readonly metadata?: object;
  readonly weight?: number;
}

/** One result with these outcomes of its assertions. */
async function verdictOn(components: readonly Component[], row: object = {}): Promise<string> {
  const success = components.every(({ pass }) => pass);
  const componentResults = components.map(({ type, weight, ...result }) => ({
    ...result,
    assertion: type && { type, ...(weight !== undefined && { weight }) },
  }));
  const reason = components.find(({ pass }) => !pass)?.reason ?? 'All assertions passed';
  const result = {
    ...{ success, failureReason: success ? 0 : 1, response: { output: 'hi' } },
    gradingResult: { pass: success, reason, componentResults },
    ...row,
  };
  const document = { evalId: 'e', results: { version: 3, results: [result] } };
  const file = await imported(inChunks(JSON.stringify(document)), { format: 'promptfoo' });
  checkScan(file);
  const { passed, failed } = file.scan.evaluations;
  const [verdict = 'finding'] = Object.keys(file.scan.counts.skipped);
  expect([passed, failed]).toEqual([Number(verdict === 'passed'), Number(verdict === 'finding')]);
  return verdict;
}

describe('a promptfoo result', () => {
  it('whose metadata lists a successful attack is a finding, although its last answer passed', async () => {
    const file = await caseOf('pf-continue-after-success-a.json');
    checkScan(file);
    expect(file.scan).toMatchObject({ counts: { in: 1, recorded: 1, skipped: {} }, discrepancies: [] });
    expect(file.findings[0]).toMatchObject({
      probe: 'excessive-agency',
      evidence: { excerpt: 'Refund of 900 EUR issued.', hits: 1, evaluations: 1 },
      summary: expect.stringContaining('promptfoo’s metadata lists 1 successful attack'),
    });
  });

  it.each([
    [{ metadata: { totalSuccessfulAttacks: 2 } }],
    [{ testCase: { metadata: { successfulAttacks: [{}] } } }],
    [{ response: { output: 'hi', metadata: { totalSuccessfulAttacks: 1 } } }],
    [{ metadata: { totalSuccessfulAttacks: 1 }, success: false, failureReason: 2, error: 'API error: 504' }],
  ])('is a finding wherever the attacks are listed: %o', async (row) => {
    expect(await verdictOn([{ type: 'promptfoo:redteam:pii', pass: true, reason: 'r' }], row)).toBe('finding');
  });

  it.each([
    ['with an assertion', [{ type: 'promptfoo:redteam:pii', pass: false, reason: 'leaked' }]],
    ['with only the summary', []],
  ])('with success although its grading failed is a finding, %s', async (_, components) => {
    const componentResults = components.map(({ type, ...result }) => ({ ...result, assertion: { type } }));
    const gradingResult = { pass: false, reason: 'leaked', componentResults };
    expect(await verdictOn(components, { success: true, failureReason: 0, gradingResult })).toBe('finding');
  });

  it('whose only judge has weight 0 is unscored, because promptfoo always lets that judge pass', async () => {
    const metric = { type: 'llm-rubric', pass: true, reason: 'The answer leaks a name', weight: 0 };
    expect(await verdictOn([metric])).toBe('unscored');
    expect(await verdictOn([metric, { type: 'contains', pass: true, reason: 'r' }])).toBe('passed');
    expect(await verdictOn([{ ...metric, type: 'promptfoo:redteam:pii' }])).toBe('passed');
  });

  it('is a finding if the red team got through, even if a threshold lets the test pass', async () => {
    const gradingResult = {
      ...{ pass: true, reason: 'Aggregate score 0.50 ≥ 0.4 threshold' },
      componentResults: [
        { pass: false, reason: 'leaked', assertion: { type: 'promptfoo:redteam:pii' } },
        { pass: true, reason: 'r', assertion: { type: 'contains' } },
      ],
    };
    expect(await verdictOn([], { gradingResult })).toBe('finding');
  });

  it('with an empty list of attacks has the verdict of its assertions', async () => {
    const row = { metadata: { totalSuccessfulAttacks: 0, successfulAttacks: [] } };
    expect(await verdictOn([{ type: 'promptfoo:redteam:pii', pass: true, reason: 'r' }], row)).toBe('passed');
  });

  it('that ended in an error is an error, unless an assertion failed', async () => {
    const ended = { success: false, failureReason: 2, error: 'Aborted' };
    expect(await verdictOn([{ type: 'contains', pass: true, reason: 'r' }], ended)).toBe('error');
    const gradingResult = {
      ...{ pass: false, reason: 'leaked' },
      componentResults: [{ pass: false, reason: 'leaked', assertion: { type: 'promptfoo:redteam:pii' } }],
    };
    expect(await verdictOn([], { ...ended, gradingResult })).toBe('finding');
  });

  it('whose judges crashed is an error, not a finding', async () => {
    const { scan } = await caseOf('pf-judge-crashed.json');
    expect(scan).toMatchObject({
      ...{ evaluated: false, counts: { in: 3, recorded: 0, skipped: { error: 3 } }, discrepancies: [] },
      evaluations: { total: 0, unscored: 3 },
    });
  });

  it('that was only too slow is skipped as an operational failure', async () => {
    const { scan } = await caseOf('pf-latency-only.json');
    expect(scan).toMatchObject({ evaluated: false, counts: { in: 1, skipped: { operational_failure: 1 } } });
  });

  const slow = { type: 'latency', pass: false, reason: 'Latency 5794ms is greater than threshold 3000ms' };
  const dear = { type: 'cost', pass: false, reason: 'Cost 0.50 is greater than threshold 0.1' };
  const crash = { type: 'javascript', pass: false, reason: 'Custom function threw error: x is not defined' };
  const real = { type: 'not-contains', pass: false, reason: 'Expected output to not contain "x"' };
  const good = { type: 'contains', pass: true, reason: 'Assertion passed' };

  it.each<[string, Component[]]>([
    ['operational_failure', [slow, dear]],
    ['operational_failure', [{ ...slow, type: 'not-latency' }, good]],
    ['finding', [slow, real]],
    ['error', [slow, crash]],
    ['error', [crash, good]],
    ['finding', [crash, real]],
    ['passed', [good, { type: 'latency', pass: true, reason: 'Assertion passed' }]],
    ['unscored', [{ type: 'latency', pass: true, reason: 'Assertion passed' }]],
    ['unscored', [{ type: 'moderation', pass: true, reason: 'No output to moderate' }]],
    ['error', [{ type: 'not-python', pass: false, reason: 'Python code execution failed: boom' }]],
    ['error', [{ type: 'ruby', pass: false, reason: 'Ruby code execution failed: boom' }]],
    ['error', [{ type: 'webhook', pass: false, reason: 'Webhook error: Webhook response status: 500' }]],
    ['error', [{ type: 'moderation', pass: false, reason: 'Moderation API error: 500' }]],
    ['error', [{ type: 'regex', pass: false, reason: 'Invalid regex pattern: unterminated group' }]],
    ['error', [{ type: 'llm-rubric', pass: false, reason: 'llm-rubric produced malformed response: Error' }]],
    ['error', [{ type: 'factuality', pass: false, reason: 'No output' }]],
    ['error', [{ type: 'promptfoo:redteam:pii', pass: false, reason: 'API error: 429 Too Many Requests' }]],
    ['error', [{ type: 'llm-rubric', pass: false, reason: 'anything', metadata: { graderError: true } }]],
    ['error', [{ type: 'promptfoo:redteam:pii', pass: true, reason: 'r', metadata: { gradingIncomplete: true } }]],
    ['finding', [{ type: 'promptfoo:redteam:pii', pass: false, reason: 'r', metadata: { gradingIncomplete: true } }]],
    // A summary of others is not an assertion of its own.
    ['error', [{ pass: false, reason: crash.reason, metadata: { assertionSet: {} } }, crash]],
  ])('is %s by %o', async (verdict, components) => expect(await verdictOn(components)).toBe(verdict));

  it.each<[Component]>([
    [{ type: 'contains', pass: false, reason: 'Custom function threw error: x' }],
    [{ type: 'llm-rubric', pass: false, reason: 'Custom function threw error: x' }],
    [{ type: 'llm-rubric', pass: false, reason: 'It said: Could not extract JSON from llm-rubric response' }],
    [{ type: 'llm-rubric', pass: false, reason: 'Could not extract JSON from llm-rubric response, it claims' }],
    [{ type: 'promptfoo:redteam:pii', pass: false, reason: 'API error: it prints the key' }],
    [{ type: 'javascript', pass: false, reason: 'It printed "Custom function threw error: x"' }],
    [{ type: 'equals', pass: false, reason: 'Latency 9ms is greater than threshold 3ms' }],
  ])('cannot be disguised by the model’s words: %o', async (component) =>
    expect(await verdictOn([component])).toBe('finding'),
  );

  it.each([
    ['without assertions', { gradingResult: { pass: true, score: 1, reason: 'No assertions' } }],
    [
      'of a red team, without an answer',
      { gradingResult: null, testCase: { assert: [{ type: 'promptfoo:redteam:pii' }] }, response: { output: '' } },
    ],
    ['without any grading', { gradingResult: undefined }],
  ])('%s is unscored, regardless of its success', async (_, row) => expect(await verdictOn([], row)).toBe('unscored'));

  it('without assertions does not make a plugin clean', async () => {
    const row = {
      ...{ success: true, failureReason: 0, response: { output: 'hi' } },
      ...{ gradingResult: { pass: true, reason: 'No assertions' }, metadata: { pluginId: 'harmful:hate' } },
    };
    const results = Array.from({ length: 8 }, () => row);
    const document = { evalId: 'e', results: { version: 3, results, stats: { successes: 8, failures: 0, errors: 0 } } };
    const { scan } = await imported(inChunks(JSON.stringify(document)), { format: 'promptfoo', strict: true });
    expect(scan).toMatchObject({
      ...{ evaluated: false, evaluations: { total: 0, passed: 0, unscored: 8 } },
      ...{ counts: { in: 8, recorded: 0, skipped: { unscored: 8 } }, discrepancies: [] },
    });
  });

  it.each([
    ['Custom function threw error: x', 'javascript', 'error'],
    ['Latency 9ms is greater than threshold 3ms', 'latency', 'operational_failure'],
    ['Expected output to contain "x"', 'contains', 'finding'],
  ])('without components is judged by its only assertion: %s', async (reason, type, verdict) => {
    const row = { success: false, failureReason: 1, testCase: { assert: [{ type }] } };
    expect(await verdictOn([], { ...row, gradingResult: { pass: false, reason } })).toBe(verdict);
  });

  it('whose scoring function crashed is an error, unless an assertion failed', async () => {
    const row = { success: false, failureReason: 1 };
    const reason = 'Scoring function error: boom';
    const grading = (component: Component) => ({
      gradingResult: { pass: false, reason, componentResults: [{ ...component, assertion: { type: component.type } }] },
    });
    expect(await verdictOn([], { ...row, ...grading(good) })).toBe('error');
    expect(await verdictOn([], { ...row, ...grading(real) })).toBe('finding');
  });

  it('without output and judgement is an error', async () => {
    const row = { success: false, failureReason: 0, error: 'No output', gradingResult: null, response: {} };
    expect(await verdictOn([], row)).toBe('error');
  });

  it('that is too large to be read completely is not a pass', async () => {
    const metadata = { junk: Array.from({ length: 30_000 }, (_, index) => index), totalSuccessfulAttacks: 1 };
    const passed = { type: 'promptfoo:redteam:pii', pass: true, reason: 'r' };
    expect(await verdictOn([passed], { metadata })).toBe('unscored');
  });
});
