import { expect, it } from 'vitest';
import { log, read, result, run } from './sarif-file.js';

it.each<[string, readonly string[], object]>([
  ['not_stated', [], {}],
  ['completed', [], { invocations: [{ executionSuccessful: true, exitCode: 1 }] }],
  [
    'failed',
    ['did not finish successfully'],
    { invocations: [{ executionSuccessful: false }, { executionSuccessful: true }] },
  ],
  ['failed', ['SIGKILL'], { invocations: [{ executionSuccessful: true, exitSignalName: 'SIGKILL' }] }],
  ['failed', ['no such file'], { invocations: [{ processStartFailureMessage: 'no such file' }] }],
  [
    'failed',
    ['reported an error: The judge answered 401.'],
    {
      invocations: [
        {
          executionSuccessful: true,
          toolExecutionNotifications: [{ level: 'error', message: { text: 'The judge answered 401.' } }],
        },
      ],
    },
  ],
])('a SARIF log whose run is %s says so, with the reason: %o', async (outcome, problems, ofRun) => {
  const { scan } = await read(log(run([result({ kind: 'pass' })], {}, ofRun)));
  expect(scan.run).toEqual({ outcome, problems: problems.map((problem) => expect.stringContaining(problem)) });
});
