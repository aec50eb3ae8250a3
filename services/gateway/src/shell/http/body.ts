import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem, tooLarge } from '../../core/problem.js';
import { parseStrictJson } from '../../core/strict-json.js';
import type { Timeouts } from './timeouts.js';

/** The family's limit for a JSON body. */
export const BODY_BYTES_MAX = 1024 * 1024;

/** Reads JSON bodies, and hands the others on as they arrive to the routes that ask for it. */
export function bodies(server: FastifyInstance, { bodyMs, stalledMs }: Pick<Timeouts, 'bodyMs' | 'stalledMs'>): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    // Where there is nothing, the answer is 404 whatever the body is: it is not looked at.
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

/** RFC 9110 §15.5.16, and for PATCH RFC 5789 §2.2: an answer 415 says in a header what may be sent instead. */
function notJson(method: string, mediaType: string): Problem {
  const json = 'application/json';
  const message = 'Send the body as application/json, and say so in Content-Type.';
  const facts = { field: 'Content-Type', value: mediaType, allowed: [json] };
  return new Problem('unsupported_media_type', message, facts, {
    [method === 'PATCH' ? 'accept-patch' : 'accept']: json,
  });
}

/** A form (RFC 7578) wraps the file in lines of its own, which a reader of lines would count as lines that are no JSON. */
function requireNoForm(mediaType: string): void {
  if (mediaType.trim().toLowerCase() !== 'multipart/form-data') return;
  const message = 'Send the file itself as the body (curl --data-binary @file), not in a form.';
  throw new Problem('unsupported_media_type', message, { field: 'Content-Type', value: mediaType });
}

/** RFC 9110 §12.5.3: an answer 415 says what may be sent instead. */
function requireNoCoding(coding = 'identity'): void {
  if (coding.trim().toLowerCase() === 'identity') return;
  const facts = { field: 'Content-Encoding', value: coding, allowed: ['identity'] };
  const message = 'Send the body as it is, without a Content-Encoding: unpack it first.';
  throw new Problem('unsupported_media_type', message, facts, { 'accept-encoding': 'identity' });
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
 * The pieces of a body. What is refused before its end goes on arriving and is dropped (`cutOffUnwantedBodies` says for how long): a
 * client that has sent all of it may use the connection again, and would wait behind bytes that nobody reads.
 */
async function* piecesOf(payload: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    yield* payload.iterator({ destroyOnReturn: false });
  } finally {
    payload.resume();
  }
}

/** Likewise. Throws `request_timeout` when the next one is awaited for too long. */
async function* arriving(payload: IncomingMessage, stalledMs: number): AsyncGenerator<Uint8Array> {
  const pieces: AsyncIterator<Uint8Array> = piecesOf(payload);
  try {
    for (;;) {
      const next = await inTime(pieces.next(), stalledMs);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // Not awaited: after a timeout it waits for the piece that never came.
    void pieces.return?.().catch(() => undefined);
  }
}

/** Throws `request_timeout`, which ends the connection: the rest of the body would be taken for the next request. */
function inTime<T>(reading: Promise<T>, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const message = `Of the body nothing came, or not all, within ${timeoutMs / 1000} s: send it faster, or less.`;
      reject(new Problem('request_timeout', message, {}, { connection: 'close' }));
    }, timeoutMs);
    reading.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function textIn(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Problem('invalid_request', 'The body is not in UTF-8 (RFC 8259 §8.1): correct it.');
  }
}
