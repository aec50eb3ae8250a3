import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { Problem } from '../../core/problem.js';

/**
 * What Node (24.21.0) would answer by itself: a missing Host, and an expectation that it does not know, with a status and nothing else; and
 * `Expect: 100-continue` before anybody knows who calls. To be called before other hooks.
 */
export function oddRequests(server: FastifyInstance): void {
  const { server: http } = server as { readonly server: Server };
  // RFC 9110 §10.1.1 lets a server ignore what it is expected and does not know.
  for (const event of ['checkContinue', 'checkExpectation']) {
    http.on(event, (request: IncomingMessage, response: ServerResponse) => {
      http.emit('request', request, response);
    });
  }
  server.addHook('onRequest', async ({ raw }) => {
    if (raw.httpVersion !== '1.1' || raw.headers.host !== undefined) return;
    const message = 'A request of HTTP/1.1 says in Host whom it is for (RFC 9112 §3.2): send it.';
    throw new Problem('invalid_request', message, { field: 'Host' }, { connection: 'close' });
  });
  // The caller is let in by now: the body is wanted.
  server.addHook('preParsing', async ({ is404, headers: { expect = '' } }, { raw }) => {
    if (!is404 && expect.toLowerCase() === '100-continue') raw.writeContinue();
  });
}
