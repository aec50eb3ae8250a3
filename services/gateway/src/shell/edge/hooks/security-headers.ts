import type { FastifyInstance } from 'fastify';

/**
 * Sent with every response. Our own code instead of @fastify/helmet: the API serves documents that no browser should run or frame, so the whole
 * policy is this table, and the pages for people override what they need.
 */
export const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  // Browsers ignore it over plain HTTP (RFC 6797 §8.1).
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
} as const;

/** To be called before other hooks, which may send a response. Requests that the router refuses pass no hook. */
export function securityHeaders(server: FastifyInstance): void {
  server.addHook('onRequest', async (_, reply) => void reply.headers(SECURITY_HEADERS));
}
