// Files that people take for scans that can be imported. `what` completes "The file is …, which is not supported."; `instead` says what to
// import, without its period.

const runWith = (tool: string, option: string): string => `Run ${tool} with ${option} and import that output`;
const sarifOfScanner = 'Run the scanner that made it with its SARIF output and import that';
const billOfMaterials = 'It lists components, not findings. Scan it, for instance with trivy sbom --format sarif';
const promptfooExport = 'Export the eval with promptfoo export eval <id> -o results.json and import that file';

export const foreignFiles = {
  semgrep: { what: "Semgrep's own JSON", instead: runWith('Semgrep', '--sarif') },
  trivy: { what: "Trivy's own JSON", instead: runWith('Trivy', '--format sarif') },
  npmAudit: {
    what: 'the JSON of npm audit',
    instead: 'npm writes no SARIF, so scan the lock file with a tool that does, such as Trivy with --format sarif',
  },
  snyk: { what: "Snyk's own JSON", instead: runWith('Snyk', '--sarif') },
  cycloneDx: { what: 'a CycloneDX bill of materials', instead: billOfMaterials },
  spdx: { what: 'an SPDX bill of materials', instead: billOfMaterials },
  bandit: { what: "Bandit's own JSON", instead: runWith('Bandit', '--format sarif (package bandit[sarif])') },
  gitleaks: { what: "Gitleaks' own JSON", instead: runWith('Gitleaks', '--report-format sarif') },
  detectSecrets: {
    what: "detect-secrets' baseline",
    instead:
      'detect-secrets writes no SARIF, so scan with a tool that does, such as Gitleaks with --report-format sarif',
  },
  pipAudit: {
    what: 'the JSON of pip-audit',
    instead:
      'pip-audit writes no SARIF, so scan the requirements with a tool that does, such as Trivy with --format sarif',
  },
  eslint: { what: "ESLint's own JSON", instead: runWith('ESLint', '--format @microsoft/eslint-formatter-sarif') },
  gitlab: { what: 'a GitLab security report', instead: sarifOfScanner },
  junit: { what: 'a JUnit report', instead: sarifOfScanner },
  garakPage: {
    what: "garak's report as a web page",
    instead: 'Import the .report.jsonl that garak writes next to it',
  },
  promptfooPage: { what: "promptfoo's results as a web page", instead: promptfooExport },
  promptfooCsv: { what: "promptfoo's results as CSV", instead: promptfooExport },
  promptfooYaml: { what: "promptfoo's results as YAML", instead: promptfooExport },
  promptfooConfiguration: {
    what: "promptfoo's configuration",
    instead: 'Run it with promptfoo eval -o results.json and import that file',
  },
  garakConfiguration: {
    what: "garak's configuration",
    instead: 'Run garak --config with it and import the .report.jsonl that garak writes',
  },
  csv: {
    what: 'a table (CSV)',
    instead: "Export the scan as JSON or SARIF with the tool that made it, or write the rows in the format 'native'",
  },
} as const;
