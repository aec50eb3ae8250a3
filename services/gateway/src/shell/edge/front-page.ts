import type { FastifyInstance } from 'fastify';

/** Relative, so that it works under any path prefix of a proxy. */
const LEADS_TO: Readonly<Record<string, string>> = { '/': 'docs', '/docs/': '../docs' };

/** Redirects people to the documentation. These are Fastify routes, because Nest (12.5.1) removes the slash at the end of a path. */
export function frontPage(server: FastifyInstance): void {
  for (const [url, location] of Object.entries(LEADS_TO)) {
    server.get(url, { config: { access: 'public' } }, (_, reply) => reply.redirect(location));
  }
}
