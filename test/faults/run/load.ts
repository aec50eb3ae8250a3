import { setTimeout as pause } from 'node:timers/promises';
import type { System } from './system.ts';

const AT_ONCE = 6;
/** No more reports are requested above this many queued or running ones, because faults should hit reports in progress, not a queue. */
const UNDER_WAY_MAX = 100;
const RETRY_MS = 500;
const CALL_TIMEOUT_MS = 20_000;

export interface Asked {
  readonly key: string;
  readonly reportId: string;
  /** `performance.now()` at the response to the request, which comes after it was recorded. */
  readonly atMs: number;
}

export interface LoadParts {
  readonly system: System;
  readonly token: string;
  readonly requests: number;
  readonly underWay: () => number;
  readonly count: (what: string) => void;
}

/** Requests reports like a patient client: each request has its own key and is sent again until it is accepted. */
export async function load({ system, token, requests, underWay, count }: LoadParts): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < requests) {
      const index = next++;
      while (underWay() >= UNDER_WAY_MAX) await pause(RETRY_MS);
      asked.push(await untilAccepted(index));
    }
  };
  const untilAccepted = async (index: number): Promise<Asked> => {
    const key = `faults-${index}`;
    for (;;) {
      const answer = await ask(key, index);
      count(`answers ${answer.status}`);
      if (answer.reportId !== undefined) return { key, reportId: answer.reportId, atMs: performance.now() };
      await pause(RETRY_MS);
    }
  };
  const ask = async (key: string, index: number): Promise<{ readonly status: string; readonly reportId?: string }> => {
    try {
      const response = await fetch(`${system.url}/api/v2/reports`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(requestOf(index)),
        signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      });
      const body = (await response.json()) as { id?: string };
      return { status: `${response.status}`, ...(response.status === 202 && body.id && { reportId: body.id }) };
    } catch {
      return { status: 'none' };
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  return asked;
}

const requestOf = (index: number) => ({
  title: `Under faults, ${index}`,
  frameworks: index % 2 === 0 ? ['OWASP_LLM', 'EU_AI_ACT'] : ['OWASP_LLM'],
  scope: { endpoint_ids: ['ep_support_chat'] },
  format: index % 3 === 0 ? 'pdf' : 'json',
});
