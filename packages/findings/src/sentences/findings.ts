// Our words in a finding, around the scanner's own: title, summary, and the sources of severity and tags. They are recorded, and reports print
// them.

export const titleSays = {
  none: '(no title)',
  testFailed: 'the test failed',
  /** `times`: one of `timesFailed`. */
  garak: (name: string, times: string, detector: string) => `${name}: ${times} failed, according to ${detector}`,
} as const;

const evaluations = (n: number): string => (n === 1 ? 'evaluation' : 'evaluations');

export const timesFailed = {
  ofTotal: (failed: number, total: number | null) => `${failed} of ${total} ${evaluations(Number(total))}`,
  hits: (failed: number) => `${failed} ${evaluations(failed)}`,
  some: 'some evaluations',
} as const;

/** One line of a summary each. */
export const summarySays = {
  attack: (attack: string) => `Attack: ${attack}`,
  explanation: (explanation: string) => `Explanation: ${explanation}`,
  goal: (goal: string) => `Goal: ${goal}`,
  goalOfProbe: (goal: string) => `Goal of the probe: ${goal}.`,
  model: (model: string | undefined) => `Model: ${model ?? 'not stated'}`,
  objective: (objective: string) => `Objective: ${objective}`,
  passesWhen: (rule: string | undefined) => `Passes when: ${rule}`,
  provider: (provider: string) => `Provider: ${provider}`,
  riskCategory: (category: string) => `Risk category: ${category}`,
  sample: (id: string, epoch: number) => `Sample: ${id}, epoch ${epoch}`,
  score: (scored: string) => `Score: ${scored}`,
  scorer: (scorer: string) => `Scorer: ${scorer}`,
  strategy: (strategy: string) => `Strategy: ${strategy}`,
  whyFailed: (why: string) => `Why it failed: ${why}`,
  whySucceeded: (why: string) => `Why it succeeded: ${why}`,
  /** In place of the judge's reason. */
  successfulAttacks: (attacks: number) =>
    `promptfoo’s metadata lists ${attacks === 1 ? '1 successful attack' : `${attacks} successful attacks`}, regardless of the verdict on the last response.`,
} as const;

const andScore = (score: number | undefined): string => (score === undefined ? '' : `, score ${score}`);

/** What a severity was derived from, unless the file has a word for it. */
export const severitySays = {
  none: 'none',
  /** `score`: undefined if the file has none. */
  defcon: (defcon: number, score: number | undefined) => `DEFCON ${defcon}${andScore(score)}`,
  defconOfProbe: (defcon: number, score: number | undefined) => `DEFCON ${defcon} of the probe${andScore(score)}`,
  score: (score: number) => `score ${score}`,
  passRate: (share: number) => `none; pass rate ${share}`,
  hitsOnly: 'none; the file lists only hits',
  level: (level: string | undefined) => `level ${level}`,
  levelByInvocation: (level: string | undefined) => `level ${level}, set by the invocation`,
  levelOfRule: (level: string | undefined) => `level ${level} of the rule`,
  noScale: (stated: string) => `${stated}, on an unknown scale`,
  /** `member`: the property that has the score. `whose`: '' or `ofRule`. */
  property: (member: string, score: number, whose: string) => `${member} ${score}${whose}`,
  word: (word: string | undefined, whose: string) => `severity ${word}${whose}`,
  ofRule: ' of the rule',
} as const;

/** Where the refs of a finding come from. */
export const tagsFrom = {
  garakFile: 'garak probe tags',
  garakTable: (version: string) => `tags of the probe in garak ${version}; the file has none`,
  promptfooPlugin: (version: string) => `tags of the plugin in promptfoo ${version}; the file has none`,
  promptfooPluginAndStrategy: (version: string) =>
    `tags of the plugin and the strategy in promptfoo ${version}; the file has none`,
  deepTeamCategory: (version: string) => `risk category in the file, in the words of DeepTeam ${version}`,
  deepTeamTable: (version: string) => `frameworks of the vulnerability in DeepTeam ${version}; the file names none`,
  pyrit: 'harm categories in the PyRIT file',
  inspect: 'tags and metadata in the Inspect log',
  sarif: 'tags, properties and taxa in the SARIF file',
  native: 'tags in the native file',
  /** Added to the source of a ref. */
  statedEdition: (edition: string) => `of the edition ${edition}, as stated at the import`,
} as const;

/** Tags that name no control. */
export const unresolvedSays = {
  reason: (tag: string, reason: string) => `${tag} (${reason})`,
  leftOut: (tags: number) => `(left out: at least ${tags} further ${tags === 1 ? 'tag' : 'tags'})`,
  statedAs: (ref: string, basis: string | undefined) => `${ref} (stated as ${basis ?? 'a ref without a basis'})`,
  lostTaxon: (index: number) => `taxon ${index}, which is not in the file`,
  unnamedTaxonomy: '(unnamed taxonomy)',
} as const;

/** The probe of a SARIF result that names no rule. */
export const NO_RULE = '(no rule)';
