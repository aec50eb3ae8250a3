import { setTimeout as wait } from 'node:timers/promises';

/** Upper limits of a call to an authority. */
export interface HttpLimits {
  /** For one attempt, from the first byte sent to the last received. */
  readonly timeoutMs: number;
  readonly attempts: number;
  /** Before the second attempt; doubled before each one after it. */
  readonly retryWaitMs: number;
  readonly answerMaxBytes: number;
}

export const DEFAULT_LIMITS: HttpLimits = {
  timeoutMs: 10_000,
  attempts: 3,
  retryWaitMs: 500,
  // A revocation list of a large authority.
  answerMaxBytes: 4 * 1024 * 1024,
};

export interface HttpCall {
  readonly fetch: typeof globalThis.fetch;
  readonly url: string;
  readonly limits: HttpLimits;
  /** POST when there is one, else GET. */
  readonly body?: { readonly bytes: Uint8Array<ArrayBuffer>; readonly mediaType: string };
}

/** The authority did not respond successfully. The message describes the last attempt. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** The bytes of a successful response. Throws `NoAnswer` after the last attempt, or at once if a retry would not help. */
export async function call(request: HttpCall): Promise<Uint8Array> {
  const { attempts, retryWaitMs } = request.limits;
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await callOnce(request);
    if ('bytes' in outcome) return outcome.bytes;
    if (outcome.final || attempt >= attempts) throw new NoAnswer(`${request.url}: ${outcome.problem}`);
    await wait(retryWaitMs * 2 ** (attempt - 1));
  }
}

type Outcome =
  | { readonly bytes: Uint8Array }
  /** `final`: retrying the same request would not help. */
  | { readonly problem: string; readonly final: boolean };

async function callOnce({ fetch, url, limits, body }: HttpCall): Promise<Outcome> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.timeout(limits.timeoutMs),
      // The address comes from the configuration or from a certificate; nothing else may redirect us.
      redirect: 'error',
      ...(body && { method: 'POST', body: body.bytes, headers: { 'content-type': body.mediaType } }),
    });
    if (!response.ok) {
      await response.body?.cancel();
      const passing = response.status >= 500 || response.status === 429;
      return { problem: `it returned status ${response.status}`, final: !passing };
    }
    return await readBody(response, limits.answerMaxBytes);
  } catch (error) {
    const { message, cause } = error as Error;
    return { problem: cause instanceof Error ? `${message} (${cause.message})` : message, final: false };
  }
}

async function readBody({ body }: Response, maxBytes: number): Promise<Outcome> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > maxBytes) return { problem: `its response has more than ${maxBytes} bytes`, final: true };
    chunks.push(chunk);
  }
  return { bytes: Buffer.concat(chunks) };
}
