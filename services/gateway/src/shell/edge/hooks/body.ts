import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem, tooLarge } from '../../../core/call/problem.js';
import { sentences } from '../../../core/call/sentences.js';
import { HttpProblem } from '../../../core/http/problem-answer.js';
import { parseStrictJson } from '../../../core/http/strict-json.js';
import type { Timeouts } from '../timeouts.js';

/** The largest JSON body. */
export const BODY_BYTES_MAX = 1024 * 1024;

/** Reads JSON bodies, and passes bodies on as they arrive to the routes that request this. */
export function bodies(server: FastifyInstance, { bodyMs, stalledMs }: Pick<Timeouts, 'bodyMs' | 'stalledMs'>): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    // An unknown path returns 404 whatever the body is, so the body is not read.
    if (request.is404) return payload;
    requireNoCoding(request.headers['content-encoding']);
    const [mediaType = ''] = (request.headers['content-type'] ?? '').split(';', 1);
    if (request.routeOptions.config.body === 'stream') {
      requireNoForm(mediaType);
      return arriving(payload, stalledMs);
    }
    if (mediaType.trim().toLowerCase() !== 'application/json') {
      throw notJson(request.method, mediaType);
    }
    return parseStrictJson(textIn(await inTime(bytesOf(payload, BODY_BYTES_MAX), bodyMs)));
  });
}

/** Minimum rate of an upload; the slowest modem is faster. */
const BYTES_PER_S_MIN = 1024;

/** RFC 9110 §15.5.16, and for PATCH RFC 5789 §2.2: a 415 response states in a header what is accepted. */
function notJson(method: string, mediaType: string): Problem {
  const json = 'application/json';
  const facts = { field: 'Content-Type', value: mediaType, allowed: [json] };
  return new HttpProblem('unsupported_media_type', sentences.bodyMustBeJson, facts, {
    [method === 'PATCH' ? 'accept-patch' : 'accept']: json,
  });
}

/** A form (RFC 7578) wraps the file in additional lines, which a line reader would count as invalid JSON. */
function requireNoForm(mediaType: string): void {
  if (mediaType.trim().toLowerCase() !== 'multipart/form-data') return;
  throw new Problem('unsupported_media_type', sentences.noForm, { field: 'Content-Type', value: mediaType });
}

/** RFC 9110 §12.5.3: a 415 response states what is accepted. */
function requireNoCoding(coding = 'identity'): void {
  if (coding.trim().toLowerCase() === 'identity') return;
  const facts = { field: 'Content-Encoding', value: coding, allowed: ['identity'] };
  throw new HttpProblem('unsupported_media_type', sentences.noContentEncoding, facts, {
    'accept-encoding': 'identity',
  });
}

async function bytesOf(payload: IncomingMessage, limitBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of piecesOf(payload)) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) throw tooLarge(limitBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * The chunks of a body. The rest of a refused body is received and dropped (`cutOffUnwantedBodies` limits for how long), so that a client that
 * has sent all of it can reuse the connection.
 */
async function* piecesOf(payload: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    yield* payload.iterator({ destroyOnReturn: false });
  } finally {
    payload.resume();
  }
}

/**
 * As `piecesOf`, but throws `request_timeout` if the next chunk takes too long, or if too little arrives in the time allowed for one chunk. Otherwise
 * a client that sends a byte now and then could hold an import slot for as long as a request may take. Only time spent waiting for the client counts.
 */
async function* arriving(payload: IncomingMessage, stalledMs: number): AsyncGenerator<Uint8Array> {
  const pieces: AsyncIterator<Uint8Array> = piecesOf(payload);
  let waitedMs = 0;
  let sizeBytes = 0;
  try {
    for (;;) {
      const askedAt = performance.now();
      const next = await inTime(pieces.next(), stalledMs);
      if (next.done) return;
      waitedMs += performance.now() - askedAt;
      sizeBytes += next.value.length;
      if (waitedMs >= stalledMs) {
        if (sizeBytes < (BYTES_PER_S_MIN * waitedMs) / 1000) throw tooSlow(sentences.bodyDrips(BYTES_PER_S_MIN));
        waitedMs = 0;
        sizeBytes = 0;
      }
      yield next.value;
    }
  } finally {
    // Not awaited, because after a timeout it would wait for the chunk that never came.
    void pieces.return?.().catch(() => undefined);
  }
}

/** Closes the connection, because the rest of the body would be read as the next request. */
const tooSlow = (message: string): Problem => new HttpProblem('request_timeout', message, {}, { connection: 'close' });

/** Throws `request_timeout`. */
function inTime<T>(reading: Promise<T>, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(tooSlow(sentences.bodyTooSlow(timeoutMs / 1000)));
    }, timeoutMs);
    reading.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function textIn(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Problem('invalid_request', sentences.notUtf8);
  }
}
