import type { FastifyReply } from 'fastify';

/** Aborts when the answer is through, or its client is gone. */
export function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}
