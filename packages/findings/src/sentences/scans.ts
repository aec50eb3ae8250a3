// The scan as a whole: how its run ended, and what is missing or doubtful in its file. Warnings of an import; those about the run are also
// recorded with it, and reports print them.

export const scanSays = {
  notUtf8: 'The file is not valid UTF-8 throughout. Invalid bytes were replaced by U+FFFD.',
  /** `subject`: what is counted, such as "stats: failures". */
  contradiction: (subject: string | undefined, stated: number | undefined, counted: number | undefined) =>
    `${subject}: the file states ${stated}, but its rows show ${counted}.`,
  rowsNotRead: (rows: number, reason: string) =>
    `${rows === 1 ? '1 row was' : `${rows} rows were`} not read completely: ${reason}.`,
  newerVersion: (tool: string, version: string, tableVersion: string) =>
    `The file is from ${tool} ${version}. Its tags were read with the table of ${tableVersion}, the newest one in this release. Check the controls that it names.`,
  timeAfterImport: (statedBy: 'file' | 'import', at: string) =>
    `The ${statedBy} states that the scan ran at ${at}, which is more than a day after its import. The time counts as not stated.`,
} as const;

export const garakRunSays = {
  interrupted: 'The run stopped early: the file has neither a completion entry nor a digest.',
  stoppedEarly:
    'The harness stopped early: it skipped prompts for which an attack had already succeeded, so later probes ran on only some of the prompts.',
} as const;

const because = (why: string | undefined): string => (why === undefined ? '.' : `: ${why}`);

export const pyritRunSays = {
  ended: (state: string, why: string) => `The scenario ended in the state ${state}${why === '' ? '' : `: ${why}`}`,
} as const;

export const inspectSays = {
  running: 'The eval was still running when the log was written, or it was killed.',
  ended: (status: unknown, why: string | undefined) => `The eval ended with the status ${status}${because(why)}`,
  invalidated: 'The log was marked invalid.',
  stoppedEarly: 'The eval stopped early.',
  /** `message`: the refusal of the rule. */
  ruleOfTask: (member: string, message: string) => `The task’s ${member}: ${message}`,
  otherTypes: (scores: number) =>
    `${scores === 1 ? '1 score has' : `${scores} scores have`} a different type (text, number or boolean) than the pass rule.`,
  meaningUnknown: (scores: number, member: string) =>
    `${scores === 1 ? '1 score says' : `${scores} scores say`} how well the task was done, but not whether that is secure, so ${scores === 1 ? 'it counts' : 'they count'} as not judged. State when ${scores === 1 ? 'it passes' : 'they pass'} with --pass-when or pass_when, such as judge=C, or with ${member} in the task’s metadata.`,
} as const;

export const nativeSays = {
  ended: (status: string, why: string | undefined) =>
    `According to the file, the run ended with the status ${status}${because(why)}`,
  endUnknown: 'The member “run” has no status, so it is unknown how the run ended.',
  scaleUnknown: 'The severity scale is unknown, so only severities given as words are understood.',
  scaleTooLate: 'The severity scale comes after findings and was ignored. Put it before them.',
  probeUnusable: 'A probe has no name or no totals. It counts as not tested.',
} as const;

export const sarifSays = {
  noVersion: 'The file does not state its SARIF version. It was read as 2.1.0.',
  memberTooLarge: (place: string) => `${place} exceeds the size limit. The rest of it was ignored.`,
  inlineExternal: 'Results in inlineExternalProperties are counted but not recorded. Export them inside their runs.',
  /** `what`: one of `keptElsewhere`. */
  elsewhere: (run: number, what: string) => `Run ${run} keeps ${what} in other files, which are not imported.`,
  /** `problem`: one of `sarifRunProblems`. */
  problem: (run: number, problem: string) => `Run ${run} ${problem}`,
} as const;

export const keptElsewhere = {
  results: 'results',
  rules: 'rules, with severities and tags,',
  invocations: 'its invocations, which say how it ended,',
} as const;

export const sarifRunProblems = {
  notSuccessful: 'reports that the tool did not finish successfully. Results may be missing.',
  terminated: (said: string) => `was terminated or could not start: ${said}`,
  error: (said: string) => `reported an error: ${said || 'the tool gives no details.'}`,
} as const;
