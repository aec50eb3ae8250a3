import type { FastifyInstance } from 'fastify';

/** Relative, so that it works under any path prefix of a proxy. */
const LEADS_TO: Readonly<Record<string, string>> = { '/': 'docs', '/docs/': '../docs' };

/** Redirects people to the documentation. Routes of Fastify: Nest (12.5.1) takes the slash off a path's end. */
export function frontPage(server: FastifyInstance): void {
  for (const [url, location] of Object.entries(LEADS_TO)) {
    server.get(url, { config: { access: 'public' } }, (_, reply) => reply.redirect(location));
  }
}
