import type { Head } from './head.js';

/** A file that people take for a scan of ours. */
interface ForeignFile {
  /** What it is, after "The file is". */
  readonly what: string;
  /** What to import instead. */
  readonly instead: string;
  readonly looksLike: (head: Head) => boolean;
}

/** A member that only this tool writes, or several that no other tool writes together. */
const hasAll =
  (...paths: readonly string[]) =>
  ({ members }: Head): boolean =>
    paths.every((path) => members.has(path));

const either =
  (...tests: readonly ((head: Head) => boolean)[]) =>
  (head: Head): boolean =>
    tests.some((test) => test(head));

/** A file with JSON in it is not judged by its text, as that may quote anything. */
const reads =
  (...patterns: readonly RegExp[]) =>
  ({ text, members }: Head): boolean =>
    members.size === 0 && patterns.every((pattern) => pattern.test(text));

const WEB_PAGE = /^\s*<(?:!doctype html|html)/i;
const CELL = '(?:"[^"\\n]*"|[^",;\\s{\\[<][^",;\\n]*)';
/** Two lines of cells; prose has blanks after its commas. */
const TABLE = new RegExp(`^(?:${CELL}(?:[,;](?![ \\t])${CELL}?)+\\r?\\n){2}`);

/** One line of three or more names, as a table begins whatever its cells are. */
const HEADER = /^\w[\w ./-]*(?:[,;]\w[\w./-]*){2,}\r?\n./;

/** The first that fits is named, so a tool's own comes before the general. */
const FOREIGN_FILES: readonly ForeignFile[] = [
  {
    what: "Semgrep's own JSON",
    instead: 'Run Semgrep with --sarif and import that output',
    looksLike: either(hasAll('results.*.check_id'), hasAll('results', 'errors', 'paths.scanned')),
  },
  {
    what: "Trivy's own JSON",
    instead: 'Run Trivy with --format sarif and import that output',
    looksLike: either(hasAll('SchemaVersion', 'ArtifactName'), hasAll('SchemaVersion', 'Results')),
  },
  {
    what: 'the JSON of npm audit',
    instead: 'npm writes no SARIF, so scan the lock file with a tool that does, such as Trivy with --format sarif',
    looksLike: either(hasAll('auditReportVersion'), hasAll('actions', 'advisories')),
  },
  {
    what: "Snyk's own JSON",
    instead: 'Run Snyk with --sarif and import that output',
    looksLike: either(
      hasAll('vulnerabilities', 'packageManager'),
      hasAll('vulnerabilities', 'dependencyCount'),
      hasAll('vulnerabilities.*.packageManager'),
      hasAll('*.vulnerabilities', '*.packageManager'),
    ),
  },
  {
    what: 'a CycloneDX bill of materials',
    instead: 'It lists components, not findings. Scan it, for instance with trivy sbom --format sarif',
    looksLike: either(
      ({ members }) => members.get('bomFormat') === 'CycloneDX',
      reads(/^\s*(?:<\?xml[^>]*>\s*)?<bom[^>]*cyclonedx\.org/),
    ),
  },
  {
    what: 'an SPDX bill of materials',
    instead: 'It lists components, not findings. Scan it, for instance with trivy sbom --format sarif',
    looksLike: either(
      hasAll('spdxVersion'),
      ({ members }) => String(members.get('@context')).startsWith('https://spdx.org/'),
      reads(/^SPDXVersion:/m),
    ),
  },
  {
    what: "Bandit's own JSON",
    instead: 'Run Bandit with --format sarif (package bandit[sarif]) and import that output',
    looksLike: either(hasAll('metrics._totals'), hasAll('results.*.test_id', 'results.*.issue_severity')),
  },
  {
    what: "Gitleaks' own JSON",
    instead: 'Run Gitleaks with --report-format sarif and import that output',
    looksLike: hasAll('*.RuleID', '*.StartLine', '*.Fingerprint'),
  },
  {
    what: "detect-secrets' baseline",
    instead:
      'detect-secrets writes no SARIF, so scan with a tool that does, such as Gitleaks with --report-format sarif',
    looksLike: hasAll('plugins_used', 'filters_used'),
  },
  {
    what: 'the JSON of pip-audit',
    instead:
      'pip-audit writes no SARIF, so scan the requirements with a tool that does, such as Trivy with --format sarif',
    looksLike: hasAll('dependencies', 'fixes'),
  },
  {
    what: "ESLint's own JSON",
    instead: 'Run ESLint with --format @microsoft/eslint-formatter-sarif and import that output',
    looksLike: hasAll('*.filePath', '*.messages', '*.errorCount'),
  },
  {
    what: 'a GitLab security report',
    instead: 'Run the scanner that made it with its SARIF output and import that',
    looksLike: hasAll('scan', 'vulnerabilities'),
  },
  {
    what: 'a JUnit report',
    instead: 'Run the scanner that made it with its SARIF output and import that',
    looksLike: reads(/^\s*(?:<\?xml[^>]*>\s*)?<testsuites?\b/),
  },
  {
    what: "garak's report as a web page",
    instead: 'Import the .report.jsonl that garak writes next to it',
    looksLike: reads(WEB_PAGE, /\bgarak\b/i),
  },
  {
    what: "promptfoo's results as a web page",
    instead: 'Export the eval with promptfoo export eval <id> -o results.json and import that file',
    looksLike: reads(WEB_PAGE, /promptfoo/i),
  },
  {
    what: "promptfoo's results as CSV",
    instead: 'Export the eval with promptfoo export eval <id> -o results.json and import that file',
    looksLike: reads(/,"?Grader Reason"?[,\r\n]|(?:^|,)"?\[[\w-]+:[^\]\n]+\] /),
  },
  {
    what: "promptfoo's results as YAML",
    instead: 'Export the eval with promptfoo export eval <id> -o results.json and import that file',
    looksLike: reads(/^evalId:/m, /^results:/m),
  },
  {
    what: "promptfoo's configuration",
    instead: 'Run it with promptfoo eval -o results.json and import that file',
    looksLike: either(
      reads(/^# yaml-language-server: .*promptfoo/m),
      reads(/^(?:providers|targets):/m, /^(?:prompts|redteam|tests|defaultTest):/m),
    ),
  },
  {
    what: "garak's configuration",
    instead: 'Run garak --config with it and import the .report.jsonl that garak writes',
    looksLike: reads(/^plugins:/m, /^(?:system|run|reporting):/m),
  },
  {
    what: 'a table (CSV)',
    instead: "Export the scan as JSON or SARIF with the tool that made it, or write the rows in the format 'native'",
    looksLike: either(reads(TABLE), reads(HEADER)),
  },
];

/** A sentence about a file of a known tool that has no importer, with what to import instead; undefined for any other file. */
export function foreignFileOf(head: Head): string | undefined {
  const foreign = FOREIGN_FILES.find(({ looksLike }) => looksLike(head));
  return foreign && `The file is ${foreign.what}, which is not supported. ${foreign.instead}.`;
}
