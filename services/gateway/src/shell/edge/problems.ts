import type { Logger } from '@evidence/runtime';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, HttpStatus } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem, tooLarge } from '../../core/call/problem.js';
import { sentences } from '../../core/call/sentences.js';
import { answerOf } from '../../core/http/problem-answer.js';
import { BODY_BYTES_MAX } from './hooks/body.js';
import { jsonText } from './json-text.js';
import { problemOf } from './problem-of.js';

/** Responds to every error of every layer with `application/problem+json` (RFC 9457). */
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
    // The client has disconnected, and nothing of ours has failed.
    if (reply.raw.destroyed) return;
    if (problem.slug === 'internal_error') this.logger.error({ err: error, requestId: request.id }, 'a call failed');
    // Part of the response may already be sent; then it can only be aborted.
    if (reply.sent) {
      reply.raw.destroy();
      return;
    }
    const { status, headers, document } = answerOf(problem);
    void reply.code(status).headers(headers).type(PROBLEM_TYPE).send(jsonText(document));
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
      return new Problem('invalid_request', adviceOn(cause));
    case HttpStatus.NOT_FOUND:
    case HttpStatus.URI_TOO_LONG:
      return notFound;
    case HttpStatus.PAYLOAD_TOO_LARGE:
      return tooLarge(BODY_BYTES_MAX);
    case HttpStatus.UNSUPPORTED_MEDIA_TYPE:
      return new Problem('unsupported_media_type', sentences.contentTypeMissing);
    default:
      return undefined;
  }
}

/** For an invalid path, Fastify (5.12.8) repeats all of its 16 KiB. */
const adviceOn = (error: Error & { readonly code?: string }): string =>
  error.code === 'FST_ERR_BAD_URL' ? sentences.pathNotUtf8 : sentences.badRequest(error.message.replace(/\.$/, ''));

const notFound = new Problem('not_found', sentences.noSuchPath);
