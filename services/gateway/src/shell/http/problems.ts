import type { Logger } from '@evidence/runtime';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, HttpStatus } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem, tooLarge } from '../../core/problem.js';
import { BODY_BYTES_MAX } from './body.js';
import { jsonText } from './json-text.js';
import { problemOf } from './problem-of.js';

/** Answers every error of every layer as `application/problem+json` (RFC 9457). */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Pick<Logger, 'error'>) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const problem = frameworkProblemOf(error) ?? problemOf(error);
    request.problem = problem.slug;
    // Nobody is left who could be told, and nothing of ours has failed.
    if (reply.raw.destroyed) return;
    if (problem.slug === 'internal_error') this.logger.error({ err: error, requestId: request.id }, 'a call failed');
    // Part of the answer may be on its way; then it can only be broken off.
    if (reply.sent) {
      reply.raw.destroy();
      return;
    }
    void reply.code(problem.status).headers(problem.headers).type(PROBLEM_TYPE).send(jsonText(problem.document));
  }
}

export const PROBLEM_TYPE = 'application/problem+json';

/** Errors of Fastify, which Nest wraps (platform-fastify 12.5.0: the original is the `cause`), and Nest's own. */
function frameworkProblemOf(error: unknown): Problem | undefined {
  const cause = error instanceof HttpException && error.cause !== undefined ? error.cause : error;
  if (cause instanceof HttpException && cause.getStatus() === HttpStatus.NOT_FOUND) return notFound;
  if (cause instanceof Problem || !(cause instanceof Error) || !('statusCode' in cause)) return undefined;
  switch (cause.statusCode) {
    case HttpStatus.BAD_REQUEST:
      return new Problem('invalid_request', sentenceOf(cause));
    case HttpStatus.NOT_FOUND:
    case HttpStatus.URI_TOO_LONG:
      return notFound;
    case HttpStatus.PAYLOAD_TOO_LARGE:
      return tooLarge(BODY_BYTES_MAX);
    case HttpStatus.UNSUPPORTED_MEDIA_TYPE:
      return new Problem('unsupported_media_type', 'Say in Content-Type what the body is.');
    default:
      return undefined;
  }
}

/** Of a path that cannot be read, Fastify (5.12.8) repeats all 16 KiB. */
const sentenceOf = (error: Error & { readonly code?: string }): string =>
  error.code === 'FST_ERR_BAD_URL'
    ? 'The path is not percent-encoded UTF-8 (RFC 3986 §2.1): correct it.'
    : `${error.message.replace(/\.$/, '')}: correct the request.`;

const notFound = new Problem(
  'not_found',
  'There is nothing at this path: see /docs, or /openapi.json, for the calls there are. No call ends with a slash.',
);
