import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem, tooLarge } from '../../core/problem.js';

/** The family's limit for a JSON body. */
export const BODY_BYTES_MAX = 1024 * 1024;

/** Reads JSON bodies, and hands the others on as the streams they are to the routes that ask for it. */
export function bodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    if (request.routeOptions.config.body === 'stream') return payload;
    const [mediaType = ''] = (request.headers['content-type'] ?? '').split(';', 1);
    if (mediaType.trim().toLowerCase() !== 'application/json') {
      throw new Problem('unsupported_media_type', 'Send the body as application/json, and say so in Content-Type.', {
        field: 'Content-Type',
        value: mediaType,
        allowed: ['application/json'],
      });
    }
    return jsonIn(await bytesOf(payload, BODY_BYTES_MAX));
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

const utf8 = new TextDecoder('utf-8', { fatal: true });

function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw new Problem('invalid_request', 'The body is not JSON in UTF-8 (RFC 8259): correct it.');
  }
}
