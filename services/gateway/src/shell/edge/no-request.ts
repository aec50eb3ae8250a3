import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from '@evidence/runtime';
import { Problem } from '../../core/call/problem.js';
import { sentences } from '../../core/call/sentences.js';
import { answerOf, type ProblemAnswer } from '../../core/http/problem-answer.js';
import { jsonText } from './json-text.js';
import { PROBLEM_TYPE } from './problems.js';

/** What Node reports for a malformed request: https://nodejs.org/api/http.html#event-clienterror (24.21.0). */
interface ClientError extends Error {
  readonly code?: string;
}

/**
 * Responds to malformed HTTP requests, which reach neither router nor hooks, with a problem document, and closes the connection. The error is
 * not logged in full, because it contains the bytes, and they may contain the token.
 */
export const answerNoRequest =
  (logger: Pick<Logger, 'info'>) =>
  (error: ClientError, socket: Socket): void => {
    const answer = answerOf(problemOfCode(error.code));
    if (socket.writable && !isAnswered(socket)) {
      logger.info({ code: error.code, status: answer.status }, 'not an HTTP request');
      socket.write(messageOf(answer));
    }
    socket.destroySoon();
  };

/** Responds to CONNECT, which Node (24.21.0) would leave without a response, and which reaches neither router nor hooks. */
export function refuseTunnels(server: Server, logger: Pick<Logger, 'info'>): void {
  server.on('connect', (_: IncomingMessage, socket: Duplex) => {
    const problem = new Problem('invalid_request', sentences.noTunnel);
    const answer = answerOf(problem);
    logger.info({ code: 'CONNECT', status: answer.status }, 'not an HTTP request');
    socket.on('error', () => undefined);
    socket.end(messageOf(answer));
  });
}

function problemOfCode(code: string | undefined): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new Problem('headers_too_large', sentences.headersTooLarge);
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Problem('request_timeout', sentences.requestTooSlow);
    default:
      return new Problem('invalid_request', sentences.notHttp);
  }
}

/** Node's own handler checks this too: nothing may be written into a response that has begun. */
const isAnswered = (socket: Socket & { _httpMessage?: ServerResponse }): boolean =>
  socket._httpMessage?.headersSent ?? false;

function messageOf({ status, document }: ProblemAnswer): string {
  const body = jsonText(document);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
