import type { FastifyInstance } from 'fastify';
import { REBUILDING_RETRY_AFTER_S } from '../../../core/call/rebuilding.js';

/** Adds a `Link` (RFC 8288) to the next and the first page of a list, and a `Retry-After` if the list is incomplete. */
export function pageLinks(server: FastifyInstance, publicUrl: string): void {
  server.addHook('preSerialization', async ({ url }, reply, payload) => {
    if (payload === null || typeof payload !== 'object' || !('next_cursor' in payload)) return payload;
    const [path = '', search] = url.split('?', 2);
    const at = (cursor: string | undefined) => {
      const query = new URLSearchParams(search);
      query.delete('cursor');
      if (cursor !== undefined) query.set('cursor', cursor);
      return `<${publicUrl}${path}${query.size > 0 ? `?${query}` : ''}>`;
    };
    const links = [`${at(undefined)}; rel="first"`];
    if (typeof payload.next_cursor === 'string') links.unshift(`${at(payload.next_cursor)}; rel="next"`);
    if ('incomplete' in payload) reply.header('retry-after', REBUILDING_RETRY_AFTER_S);
    reply.header('link', links.join(', '));
    return payload;
  });
}
