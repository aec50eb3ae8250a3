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
  const api = `http://127.0.0.1:${port}/api/v2`;
  const authorized = '-H "Authorization: Bearer $TOKEN"';
  return `
  ${strong('Evidence Reports is ready')} at http://127.0.0.1:${port} after ${(startedInMs / 1000).toFixed(1)} s. Ctrl-C stops it.

  ${faint('# The demo tenant, and a report of its sample scans: format pdf, or json')}
  TOKEN=$(cat ${quoted(tokenFile)})
${create(api, authorized, endpointIds, 'pdf')}
${create(api, authorized, endpointIds, 'json')}

  ${faint('# All reports, newest first; then the newest one, and its file')}
  curl -s ${authorized} "${api}/reports?limit=20"
  ID=$(curl -s ${authorized} "${api}/reports?limit=1" | grep -o 'rpt_[0-9]*_[0-9a-z]*' | head -n 1)
  curl -s ${authorized} ${api}/reports/$ID
  curl -fOJL ${authorized} ${api}/reports/$ID/download
`;
}

function create(api: string, authorized: string, endpointIds: readonly string[], format: 'pdf' | 'json'): string {
  const body = JSON.stringify({
    title: 'Evidence pack',
    frameworks: ['OWASP_LLM', 'NIST_AI_600_1'],
    scope: {
      endpoint_ids: endpointIds,
      from: SAMPLES_FROM,
      to: SAMPLES_TO,
      include_severities: ['critical', 'high', 'medium'],
    },
    format,
  });
  return `  curl -s -X POST ${api}/reports ${authorized} -H 'Content-Type: application/json' \\\n    -d '${body}'`;
}

function quoted(file: string): string {
  const short = relative(process.cwd(), file);
  const path = short.startsWith('..') ? file : short;
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
