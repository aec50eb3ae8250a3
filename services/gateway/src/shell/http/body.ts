import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem, tooLarge } from '../../core/problem.js';
import { parseStrictJson } from '../../core/strict-json.js';

/** The family's limit for a JSON body. */
export const BODY_BYTES_MAX = 1024 * 1024;

/** For all of it; 35 KB/s will do. */
const BODY_TIMEOUT_MS = 30_000;

/** Reads JSON bodies, and hands the others on as the streams they are to the routes that ask for it. */
export function bodies(server: FastifyInstance, timeoutMs = BODY_TIMEOUT_MS): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    // Where there is nothing, the answer is 404 whatever the body is: it is not looked at.
    if (request.is404 || request.routeOptions.config.body === 'stream') return payload;
    const [mediaType = ''] = (request.headers['content-type'] ?? '').split(';', 1);
    if (mediaType.trim().toLowerCase() !== 'application/json') {
      throw new Problem('unsupported_media_type', 'Send the body as application/json, and say so in Content-Type.', {
        field: 'Content-Type',
        value: mediaType,
        allowed: ['application/json'],
      });
    }
    return parseStrictJson(textIn(await inTime(bytesOf(payload, BODY_BYTES_MAX), timeoutMs)));
  });
}

async function bytesOf(payload: AsyncIterable<Uint8Array>, limitBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of payload) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) throw tooLarge(limitBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Throws `request_timeout`, which ends the connection: the rest of the body would be taken for the next request. */
async function inTime(reading: Promise<Uint8Array>, timeoutMs: number): Promise<Uint8Array> {
  const finished = new AbortController();
  const late = pause(timeoutMs, undefined, { signal: finished.signal }).then(() => {
    const message = `The body did not arrive within ${timeoutMs / 1000} s: send it faster, or less.`;
    throw new Problem('request_timeout', message, {}, { connection: 'close' });
  });
  try {
    return await Promise.race([reading, late]);
  } finally {
    finished.abort();
    for (const left of [reading, late]) left.catch(() => undefined);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function textIn(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Problem('invalid_request', 'The body is not in UTF-8 (RFC 8259 §8.1): correct it.');
  }
}
