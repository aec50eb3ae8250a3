import type { FastifyInstance } from 'fastify';

/** Relative, and so right behind any path that a proxy puts in front of ours. */
const LEADS_TO: Readonly<Record<string, string>> = { '/': 'docs', '/docs/': '../docs' };

/** Leads people to the documentation. Routes of Fastify: Nest (12.5.1) takes the slash off a path's end. */
export function frontPage(server: FastifyInstance): void {
  for (const [url, location] of Object.entries(LEADS_TO)) {
    server.get(url, { config: { access: 'public' } }, (_, reply) => reply.redirect(location));
  }
}
