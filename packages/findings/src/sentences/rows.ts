// Rows that could not be used, or that contradict themselves: warnings of an import. `row` is one of `rowNamed`.

export const rowNamed = {
  testCase: (number: number) => `Test case ${number}`,
  sample: (number: number) => `Sample ${number}`,
  attack: (number: number) => `Attack result ${number}`,
  result: (number: number) => `Result ${number}`,
  resultOfRun: (number: number, run: number) => `Result ${number} of run ${run}`,
  finding: (number: number) => `Finding ${number}`,
} as const;

export const rowSays = {
  tooLarge: (row: string) => `${row} exceeds the size limit. The rest of it was ignored.`,
  noVulnerability: (row: string) => `${row} does not name a vulnerability.`,
  noId: (row: string) => `${row} has no id.`,
  noObjective: (row: string) => `${row} has no objective, or an outcome that PyRIT does not define.`,
  failedByScore: (row: string) =>
    `${row} failed according to its outcome but succeeded according to its score. It was recorded.`,
  noVerdict: (row: string) => `${row} has no verdict (success or gradingResult.pass).`,
  noSeverityScale: (row: string, severity: string) =>
    `${row} has the severity ${severity}, but the file states no scale. It was recorded as medium.`,
  notAnObject: (row: string) => `${row} is not an object.`,
  levelContradicts: (row: string, level: string | undefined) =>
    `${row} has kind pass and level ${level}, which contradict each other.`,
  kindUnknown: (row: string) => `${row} has a kind that SARIF 2.1.0 does not define.`,
  severityUnknown: (row: string, severity: string) =>
    `${row} has the severity ${severity}, which is not on the stated scale.`,
  statusUnknown: (row: string) => `${row} has an unknown status. It was recorded as open.`,
  /** `pointer`: to the member of the row, empty for the row itself. `rule`: the validator's words, such as "must be string". */
  breaksContract: (row: string, pointer: string, rule: string) => `${row}: ${pointer || 'it'} ${rule}.`,
} as const;

/** A line of a JSON Lines file. */
export const lineSays = {
  notUtf8: 'The line is not valid UTF-8.',
  notJson: 'The line is not valid JSON.',
  notAnObject: 'The line is not a JSON object.',
  tooDeep: (levelsMax: number) => `The line is nested more than ${levelsMax} levels deep.`,
} as const;

const IMPORT_REPORT = 'Import the report of the same run to get the totals.';

/** An entry of a garak file. `name`: the probe and the detector. */
export const garakEntrySays = {
  noType: 'The row has no entry_type.',
  unknownType: (type: string) =>
    `This importer does not know entries of type “${type}”. Any results in them are not recorded.`,
  noProbe: 'The attempt does not name a probe.',
  noTotals: 'The evaluation lacks a probe, a detector or usable totals.',
  hitUnnamed: 'The hit does not name both a probe and a detector.',
  emptyDigest: 'The digest has no results.',
  scoreAlone: (name: string, score: number) =>
    `${name} has the score ${score} but no totals, so the number of evaluations is unknown. ${IMPORT_REPORT}`,
  ambiguousScore: (name: string) =>
    `${name} has no totals, and its score is ambiguous: either every attempt failed or none was evaluated. ${IMPORT_REPORT}`,
} as const;
