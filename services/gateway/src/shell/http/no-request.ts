import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from '@evidence/runtime';
import { Problem } from '../../core/problem.js';
import { jsonText } from './json-text.js';
import { PROBLEM_TYPE } from './problems.js';

/** What Node says of bytes that are no request: https://nodejs.org/api/http.html#event-clienterror (24.21.0). */
interface ClientError extends Error {
  readonly code?: string;
}

/**
 * Answers bytes that are no HTTP request, which reach neither router nor hook, with a problem document, and lets go of the connection.
 * The error is not logged as a whole: it carries the bytes, and they the token.
 */
export const answerNoRequest =
  (logger: Pick<Logger, 'info'>) =>
  (error: ClientError, socket: Socket): void => {
    const problem = problemOfCode(error.code);
    if (socket.writable && !isAnswered(socket)) {
      logger.info({ code: error.code, status: problem.status }, 'no request');
      socket.write(messageOf(problem));
    }
    socket.destroySoon();
  };

/** Answers CONNECT, which Node (24.21.0) would leave without an answer, and which reaches neither router nor hook. */
export function refuseTunnels(server: Server, logger: Pick<Logger, 'info'>): void {
  server.on('connect', (_: IncomingMessage, socket: Duplex) => {
    const problem = new Problem('invalid_request', 'CONNECT is for proxies, and this is none: call a path.');
    logger.info({ code: 'CONNECT', status: problem.status }, 'no request');
    socket.on('error', () => undefined);
    socket.end(messageOf(problem));
  });
}

function problemOfCode(code: string | undefined): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new Problem('headers_too_large', 'The headers are too large: send fewer, or shorter ones.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Problem('request_timeout', 'The request did not arrive in time: send it again.');
    default:
      return new Problem('invalid_request', 'This is no HTTP/1.1 request (RFC 9112): correct it.');
  }
}

/** Node's own handler looks here too: an answer that has begun must not be written into. */
const isAnswered = (socket: Socket & { _httpMessage?: ServerResponse }): boolean =>
  socket._httpMessage?.headersSent ?? false;

function messageOf({ status, document }: Problem): string {
  const body = jsonText(document);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
