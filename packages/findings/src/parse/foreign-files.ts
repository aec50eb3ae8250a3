import { foreignFiles } from '../sentences/foreign-files.js';
import { formatSays } from '../sentences/formats.js';
import type { Head } from './head.js';

/** A file that people take for a scan that can be imported. */
interface ForeignFile {
  readonly what: string;
  readonly instead: string;
  readonly looksLike: (head: Head) => boolean;
}

/** Has a member that only this tool writes, or several that no other tool writes together. */
const hasAll =
  (...paths: readonly string[]) =>
  ({ members }: Head): boolean =>
    paths.every((path) => members.has(path));

const either =
  (...tests: readonly ((head: Head) => boolean)[]) =>
  (head: Head): boolean =>
    tests.some((test) => test(head));

/** Matches the text of files without JSON only, because JSON may quote anything. */
const reads =
  (...patterns: readonly RegExp[]) =>
  ({ text, members }: Head): boolean =>
    members.size === 0 && patterns.every((pattern) => pattern.test(text));

const WEB_PAGE = /^\s*<(?:!doctype html|html)/i;
const CELL = '(?:"[^"\\n]*"|[^",;\\s{\\[<][^",;\\n]*)';
/** Two lines of cells. Prose does not match, because it has blanks after its commas. */
const TABLE = new RegExp(`^(?:${CELL}(?:[,;](?![ \\t])${CELL}?)+\\r?\\n){2}`);

/** One line of three or more names: the header of a table with any cells. */
const HEADER = /^\w[\w ./-]*(?:[,;]\w[\w./-]*){2,}\r?\n./;

/** The first match is reported, so the formats of single tools come before general ones. */
const FOREIGN_FILES: readonly ForeignFile[] = [
  {
    ...foreignFiles.semgrep,
    looksLike: either(hasAll('results.*.check_id'), hasAll('results', 'errors', 'paths.scanned')),
  },
  {
    ...foreignFiles.trivy,
    looksLike: either(hasAll('SchemaVersion', 'ArtifactName'), hasAll('SchemaVersion', 'Results')),
  },
  {
    ...foreignFiles.npmAudit,
    looksLike: either(hasAll('auditReportVersion'), hasAll('actions', 'advisories')),
  },
  {
    ...foreignFiles.snyk,
    looksLike: either(
      hasAll('vulnerabilities', 'packageManager'),
      hasAll('vulnerabilities', 'dependencyCount'),
      hasAll('vulnerabilities.*.packageManager'),
      hasAll('*.vulnerabilities', '*.packageManager'),
    ),
  },
  {
    ...foreignFiles.cycloneDx,
    looksLike: either(
      ({ members }) => members.get('bomFormat') === 'CycloneDX',
      reads(/^\s*(?:<\?xml[^>]*>\s*)?<bom[^>]*cyclonedx\.org/),
    ),
  },
  {
    ...foreignFiles.spdx,
    looksLike: either(
      hasAll('spdxVersion'),
      ({ members }) => String(members.get('@context')).startsWith('https://spdx.org/'),
      reads(/^SPDXVersion:/m),
    ),
  },
  {
    ...foreignFiles.bandit,
    looksLike: either(hasAll('metrics._totals'), hasAll('results.*.test_id', 'results.*.issue_severity')),
  },
  {
    ...foreignFiles.gitleaks,
    looksLike: hasAll('*.RuleID', '*.StartLine', '*.Fingerprint'),
  },
  {
    ...foreignFiles.detectSecrets,
    looksLike: hasAll('plugins_used', 'filters_used'),
  },
  {
    ...foreignFiles.pipAudit,
    looksLike: hasAll('dependencies', 'fixes'),
  },
  {
    ...foreignFiles.eslint,
    looksLike: hasAll('*.filePath', '*.messages', '*.errorCount'),
  },
  {
    ...foreignFiles.gitlab,
    looksLike: hasAll('scan', 'vulnerabilities'),
  },
  {
    ...foreignFiles.junit,
    looksLike: reads(/^\s*(?:<\?xml[^>]*>\s*)?<testsuites?\b/),
  },
  {
    ...foreignFiles.garakPage,
    looksLike: reads(WEB_PAGE, /\bgarak\b/i),
  },
  {
    ...foreignFiles.promptfooPage,
    looksLike: reads(WEB_PAGE, /promptfoo/i),
  },
  {
    ...foreignFiles.promptfooCsv,
    looksLike: reads(/,"?Grader Reason"?[,\r\n]|(?:^|,)"?\[[\w-]+:[^\]\n]+\] /),
  },
  {
    ...foreignFiles.promptfooYaml,
    looksLike: reads(/^evalId:/m, /^results:/m),
  },
  {
    ...foreignFiles.promptfooConfiguration,
    looksLike: either(
      reads(/^# yaml-language-server: .*promptfoo/m),
      reads(/^(?:providers|targets):/m, /^(?:prompts|redteam|tests|defaultTest):/m),
    ),
  },
  {
    ...foreignFiles.garakConfiguration,
    looksLike: reads(/^plugins:/m, /^(?:system|run|reporting):/m),
  },
  {
    ...foreignFiles.csv,
    looksLike: either(reads(TABLE), reads(HEADER)),
  },
];

/** Says which known tool without an importer wrote the file, and what to import instead; undefined for any other file. */
export function foreignFileOf(head: Head): string | undefined {
  const foreign = FOREIGN_FILES.find(({ looksLike }) => looksLike(head));
  return foreign && formatSays.foreign(foreign.what, foreign.instead);
}
