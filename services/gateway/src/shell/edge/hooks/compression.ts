import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';

const compressed = promisify(gzip);
/** Smaller ones fit one packet anyway. */
const SIZE_BYTES_MIN = 1024;

/**
 * Compresses JSON of more than 1 KiB for clients that accept it. Artifacts and attestations are streams and never compressed: their ETag, Repr-Digest
 * and ranges refer to the signed bytes. Our own code instead of @fastify/compress, which compresses streams too, and can be told not to only route by
 * route.
 */
export function compression(server: FastifyInstance): void {
  server.addHook('onSend', async ({ headers }, reply, payload) => {
    if (typeof payload !== 'string' || !/json/.test(String(reply.getHeader('content-type')))) return payload;
    reply.header('vary', [reply.getHeader('vary'), 'Accept-Encoding'].filter(Boolean).join(', '));
    if (Buffer.byteLength(payload) <= SIZE_BYTES_MIN || !takesGzip(headers['accept-encoding'])) return payload;
    reply.header('content-encoding', 'gzip').removeHeader('content-length');
    return compressed(payload);
  });
}

/** RFC 9110 §12.5.3: gzip is named without a weight of 0, or not named and covered by `*`. */
export function takesGzip(acceptEncoding: string | string[] | undefined): boolean {
  const weights = new Map(
    String(acceptEncoding ?? '')
      .split(',')
      .map((one) => {
        const [coding = '', weight] = one.split(';').map((part) => part.trim().toLowerCase());
        return [coding, Number(weight?.replace(/^q=/, '') ?? 1)];
      }),
  );
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}
