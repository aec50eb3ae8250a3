import { relative } from 'node:path';
import { styleText } from 'node:util';

/** Covers every sample scan; a future end is fine, both ends are inclusive. */
const SAMPLES_FROM = '2026-01-01';
const SAMPLES_TO = '2026-12-31';

export interface GreetingOptions {
  readonly port: number;
  readonly tokenFile: string;
  readonly endpointIds: readonly string[];
  readonly startedInMs: number;
}

/** What the terminal shows when all is up: where it is, and calls to try that can be pasted as they are. */
export function greeting({ port, tokenFile, endpointIds, startedInMs }: GreetingOptions): string {
  const strong = (text: string) => styleText(['bold', 'green'], text, { stream: process.stdout });
  const faint = (text: string) => styleText('gray', text, { stream: process.stdout });
  const url = `http://127.0.0.1:${port}`;
  return `
  ${strong('Evidence Reports is ready')} at ${url} after ${(startedInMs / 1000).toFixed(1)} s. Ctrl-C stops it.
  ${faint('The API, to browse and to try:')} ${url}/docs

  ${faint('# A report of the sample scans as a PDF; "format":"json" gives the data. Paste all of it into another terminal.')}
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
