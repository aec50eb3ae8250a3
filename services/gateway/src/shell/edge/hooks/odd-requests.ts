import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { sentences } from '../../../core/call/sentences.js';
import { HttpProblem } from '../../../core/http/problem-answer.js';

/**
 * Handles what Node (24.21.0) would handle badly. Node responds with only a status to a missing Host and an unknown expectation, and accepts the
 * expectation `100-continue` before the caller is known. If there are two Hosts or tokens, Node takes the first, while a proxy may take the last, and
 * it ignores a transfer coding that it cannot decode. To be called before other hooks.
 */
export function oddRequests(server: FastifyInstance): void {
  const { server: http } = server as { readonly server: Server };
  // RFC 9110 §10.1.1 lets a server ignore unknown expectations.
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
  // The caller was accepted, so the body is wanted. HTTP/1.0 clients do not know status 100 (RFC 9110 §10.1.1).
  server.addHook('preParsing', async ({ is404, headers: { expect = '' }, raw: { httpVersion } }, { raw }) => {
    if (!is404 && httpVersion !== '1.0' && expect.toLowerCase() === '100-continue') raw.writeContinue();
  });
}

/** A name or address, and a port (RFC 9110 §7.2); empty where the client's URL has none. */
const HOST = /^(?:[\w.~!$&'()*+,;=%-]*|\[[\da-f:.]+\])(?::\d*)?$/i;

function requireHost({ httpVersion, headers: { host } }: IncomingMessage): void {
  if (host === undefined ? httpVersion === '1.0' : HOST.test(host)) return;
  throw new HttpProblem('invalid_request', sentences.hostInvalid, { field: 'Host' }, { connection: 'close' });
}

/** Headers that a proxy and we might read differently if they are repeated. */
const SAID_ONCE = ['Host', 'Authorization', 'Content-Type'];

function requireSaidOnce({ headersDistinct }: IncomingMessage): void {
  const repeated = SAID_ONCE.find((name) => (headersDistinct[name.toLowerCase()]?.length ?? 0) > 1);
  if (repeated === undefined) return;
  const message = sentences.repeatedHeader(repeated);
  throw new HttpProblem('invalid_request', message, { field: repeated }, { connection: 'close' });
}

/** RFC 9112 §6.1 suggests 501, but in our API a 5xx status means a fault of the service. */
function requireNoTransferCoding({ headers: { 'transfer-encoding': coding = 'chunked' } }: IncomingMessage): void {
  if (coding.toLowerCase() === 'chunked') return;
  const facts = { field: 'Transfer-Encoding', value: coding, allowed: ['chunked'] };
  throw new HttpProblem('invalid_request', sentences.noTransferCoding, facts, { connection: 'close' });
}
