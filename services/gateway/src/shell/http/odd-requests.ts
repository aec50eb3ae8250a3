import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { Problem } from '../../core/problem.js';

/**
 * What Node (24.21.0) would answer by itself, or let pass: a missing Host, and an expectation that it does not know, with a status and nothing
 * else; `Expect: 100-continue` before anybody knows who calls; two Hosts or tokens, of which it takes the first and a proxy may take the
 * last, and a transfer coding that it does not undo, as if nothing were wrong. To be called before other hooks.
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
    requireHost(raw);
    requireSaidOnce(raw);
    requireNoTransferCoding(raw);
  });
  // The caller is let in by now: the body is wanted. A client of HTTP/1.0 knows no 100 (RFC 9110 §10.1.1).
  server.addHook('preParsing', async ({ is404, headers: { expect = '' }, raw: { httpVersion } }, { raw }) => {
    if (!is404 && httpVersion !== '1.0' && expect.toLowerCase() === '100-continue') raw.writeContinue();
  });
}

/** A name or address, and a port (RFC 9110 §7.2); empty where the client's URL has none. */
const HOST = /^(?:[\w.~!$&'()*+,;=%-]*|\[[\da-f:.]+\])(?::\d*)?$/i;

function requireHost({ httpVersion, headers: { host } }: IncomingMessage): void {
  if (host === undefined ? httpVersion === '1.0' : HOST.test(host)) return;
  const message = 'A request says in Host whom it is for, as name:port (RFC 9112 §3.2): send it so.';
  throw new Problem('invalid_request', message, { field: 'Host' }, { connection: 'close' });
}

/** What two readers may read two ways. */
const SAID_ONCE = ['Host', 'Authorization', 'Content-Type'];

function requireSaidOnce({ headersDistinct }: IncomingMessage): void {
  const repeated = SAID_ONCE.find((name) => (headersDistinct[name.toLowerCase()]?.length ?? 0) > 1);
  if (repeated === undefined) return;
  const message = `The header ${repeated} stands there more than once (RFC 9110 §5.3): send it once.`;
  throw new Problem('invalid_request', message, { field: repeated }, { connection: 'close' });
}

/** RFC 9112 §6.1 would have 501, which by our own rule says that it was our fault. */
function requireNoTransferCoding({ headers: { 'transfer-encoding': coding = 'chunked' } }: IncomingMessage): void {
  if (coding.toLowerCase() === 'chunked') return;
  const message = 'A body comes as it is, or in chunks: send it without another Transfer-Encoding.';
  const facts = { field: 'Transfer-Encoding', value: coding, allowed: ['chunked'] };
  throw new Problem('invalid_request', message, facts, { connection: 'close' });
}
