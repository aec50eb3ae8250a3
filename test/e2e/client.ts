import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { eventually } from '@evidence/testkit';
import { expect } from 'vitest';

const run = promisify(execFile);
const READY_TIMEOUT_MS = 30_000;

/** What `curl` saw: the status and the parsed body. Real clients are curl and jq, so the tests are too. */
export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly body: T;
}

export interface ReportResource {
  id: string;
  status: 'queued' | 'running' | 'ready' | 'failed' | 'expired';
  format: 'pdf' | 'json';
  artifact?: { sha256: string; size_bytes: number; media_type: string };
  download_url?: string;
  expires_at?: string;
  failure?: { stage: string; code: string; message: string };
}

/** The seed's calls, by curl, with one tenant's token. */
export class Client {
  constructor(
    readonly url: string,
    readonly token: string,
  ) {}

  async call<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const data = body === undefined ? [] : ['-H', 'Content-Type: application/json', '-d', JSON.stringify(body)];
    const { stdout } = await run('curl', [
      ...['-sS', '-X', method, '-w', '\n%{http_code}', '-H', `Authorization: Bearer ${this.token}`],
      ...data,
      `${this.url}/api/v2${path}`,
    ]);
    const cut = stdout.lastIndexOf('\n');
    const text = stdout.slice(0, cut);
    return { status: Number(stdout.slice(cut + 1)), body: (text ? JSON.parse(text) : {}) as T };
  }

  create(request: object): Promise<Answer<ReportResource>> {
    return this.call('POST', '/reports', request);
  }

  async report(id: string): Promise<ReportResource> {
    return (await this.call<ReportResource>('GET', `/reports/${id}`)).body;
  }

  /** The report once it is ready. Rejects with how it stands when it is not in time. */
  ready(id: string, timeoutMs = READY_TIMEOUT_MS): Promise<ReportResource> {
    return eventually(
      async () => {
        const report = await this.report(id);
        expect(report).toMatchObject({ status: 'ready' });
        return report;
      },
      { timeoutMs },
    );
  }

  async list(): Promise<ReportResource[]> {
    return (await this.call<{ data: ReportResource[] }>('GET', '/reports?limit=200')).body.data;
  }

  /** The attestation's very bytes: re-serialised, it would be another document. */
  async attestation(id: string): Promise<Uint8Array> {
    const { stdout } = await run('curl', [
      ...['-sSf', '-H', `Authorization: Bearer ${this.token}`],
      `${this.url}/api/v2/reports/${id}/attestation`,
    ]);
    return Buffer.from(stdout, 'utf8');
  }

  /** `curl -fOJL …/download` in `folder`; answers the name that curl chose from Content-Disposition. Rejects on any HTTP error. */
  async download(id: string, folder: string): Promise<string> {
    const { stdout } = await run(
      'curl',
      [
        ...['-sSfOJL', '-w', '%{filename_effective}', '-H', `Authorization: Bearer ${this.token}`],
        `${this.url}/api/v2/reports/${id}/download`,
      ],
      { cwd: folder },
    );
    return stdout;
  }
}

/** The request of the seed, over the sample scans. */
export const packRequest = (format: 'pdf' | 'json', title = 'Q4 2026 evidence pack') => ({
  title,
  frameworks: ['OWASP_LLM', 'NIST_AI_600_1', 'EU_AI_ACT'],
  scope: { endpoint_ids: [], from: '2026-09-01', to: '2026-12-31', include_severities: ['critical', 'high', 'medium'] },
  format,
});
