// Which format a file has, and what is wrong with the options of an import: the text of refusals (`ImportRefusal`).

const anyOf = (allowed: readonly string[]): string => allowed.join(', ');

export const formatSays = {
  notSupported: (allowed: readonly string[]) => `This format is not supported. Use one of: ${anyOf(allowed)}.`,
  /** `beginning`: one of `beginningIs`. */
  notRecognised: (beginning: string, allowed: readonly string[]) =>
    `The format of the file was not recognised: it ${beginning}. If it is one of these, name it: ${anyOf(allowed)}.`,
  ambiguous: (titles: readonly string[]) => `The file looks like ${titles.join(' and like ')}. Name its format.`,
  looksLikeOther: (named: string, other: string, otherFormat: string) =>
    `This file is not ${named}. It looks like ${other}. Name the format ${otherFormat}.`,
  /** The file of a known tool that no importer reads. `what` and `instead`: see `foreignFiles`. */
  foreign: (what: string, instead: string) => `The file is ${what}, which is not supported. ${instead}.`,
} as const;

/** How a file of an unknown format begins. */
export const beginningIs = {
  json: (members: readonly string[], hasMore: boolean) =>
    `begins with JSON that has ${members.map((name) => `"${name}"`).join(', ')}${hasMore ? ', …' : ''}`,
  text: (beginning: string) => `begins with "${beginning}"`,
  empty: 'is empty',
} as const;

/** A file without anything of the format that it was read as. */
export const notThisFormat = {
  garak: 'This file has no garak results. Send a report.jsonl, a hitlog.jsonl or a digest.',
  promptfoo: 'This file has no promptfoo results. Send the JSON or JSONL file that `promptfoo eval -o` writes.',
  deepteam: 'This file has no DeepTeam results. Send the JSON that `RiskAssessment.save()` writes.',
  pyrit: 'This file has no PyRIT results. Send a ScenarioResult as JSON, or AttackResults as a list or one per line.',
  inspect: 'This file has no Inspect AI results. Send a log, as .json or .eval.',
  sarif:
    'This is not a SARIF file, because it has no runs. Name its actual format, or have the tool write SARIF 2.1.0.',
  sarifVersion: (version: string) => `Only SARIF 2.1.0 is supported, not ${version}. Export the file as 2.1.0.`,
  native: (format: string) => `The file does not have "format": "${format}". See the contract NativeScan.v1.`,
} as const;

export const optionSays = {
  passRuleUnused: (title: string) =>
    `Pass rules apply only to Inspect AI logs, and this file is ${title}. Leave the rule out.`,
  /** `what`: one of `passRule`. */
  passRule: (rule: string, what: string) =>
    `"${rule}" ${what}. Write it like attack_blocked=C or judge.harm<=0.25, and separate several with commas.`,
  edition: (edition: string, allowed: readonly string[]) =>
    `There is no edition ${edition} of the OWASP Top 10 for LLM Applications. Use one of: ${anyOf(allowed)}.`,
  /** `first`: the first warning, else the first contradiction. */
  strict: (warnings: number, contradictions: number, first: string) =>
    `Not imported, because strict was requested. Warnings: ${warnings}. Contradictions: ${contradictions}. The first: ${first}`,
  warningAt: (line: number | undefined, message: string) => (line === undefined ? message : `line ${line}: ${message}`),
} as const;

export const passRuleIs = {
  repeated: 'names a scorer more than once',
  incomplete: 'does not say when a score passes',
} as const;
