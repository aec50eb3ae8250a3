import { relative } from 'node:path';
import { styleText } from 'node:util';

/** Covers every sample scan; both ends are inclusive, and the end may be in the future. */
const SAMPLES_FROM = '2026-01-01';
const SAMPLES_TO = '2026-12-31';

export interface GreetingOptions {
  /** Address of the REST API, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly tokenFile: string;
  readonly endpointIds: readonly string[];
  readonly startedInMs: number;
}

/** What the terminal shows once everything is running: the address, and commands that are ready to paste. */
export function greeting({ url, tokenFile, endpointIds, startedInMs }: GreetingOptions): string {
  const strong = (text: string) => styleText(['bold', 'green'], text, { stream: process.stdout });
  const faint = (text: string) => styleText('gray', text, { stream: process.stdout });
  return `
  ${strong('Evidence Reports is ready')} at ${url} after ${(startedInMs / 1000).toFixed(1)} s. Press Ctrl-C to stop.
  ${faint('Browse and try the API:')} ${url}/docs

  ${faint('# Paste this into another terminal to get a PDF report on the sample scans ("format":"json" gives the data):')}
  API=${url}/api/v2
  TOKEN=$(cat ${quoted(tokenFile)})
  REPORT=$(curl -sS $API/reports -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -H 'Prefer: wait=60' \\
    -d '${requestOf(endpointIds)}')
  echo "$REPORT"
  ID=$(echo "$REPORT" | grep -o 'rpt_[0-9]*_[0-9a-z]*' | head -n 1)
  curl -sSfOJL -H "Authorization: Bearer $TOKEN" $API/reports/$ID/download && ls -l $ID.*
`;
}

const requestOf = (endpointIds: readonly string[]): string =>
  JSON.stringify({
    title: 'Evidence pack',
    frameworks: ['OWASP_LLM', 'NIST_AI_600_1'],
    scope: {
      endpoint_ids: endpointIds,
      from: SAMPLES_FROM,
      to: SAMPLES_TO,
      include_severities: ['critical', 'high', 'medium'],
    },
    format: 'pdf',
  });

function quoted(file: string): string {
  const short = relative(process.cwd(), file);
  const path = short.startsWith('..') ? file : short;
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
