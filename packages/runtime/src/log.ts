import type { LoggerService } from '@nestjs/common';
import { isSpanContextValid, trace } from '@opentelemetry/api';
import { type DestinationStream, type Logger, type LoggerOptions, pino, stdSerializers, stdTimeFunctions } from 'pino';

export type { Logger };
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Members that no line may show, wherever they stand in the first levels of what is logged. */
const SECRET_MEMBERS: readonly string[] = ['authorization', 'cookie', 'password', 'secret', 'token'];
const SECRET_LEVELS = 3;
const CENSORED = '[secret]';

/**
 * JSON, one line each, on standard output or `destination`. A line written inside a span carries its trace and span id.
 * Writes are synchronous: pino's own default is not, and at an exit the last lines came out of order (pino 10.4.0, 2026-11-23).
 */
export function createLogger(
  service: string,
  {
    level = 'info',
    destination = pino.destination({ dest: 1, sync: true }),
  }: { level?: LogLevel; destination?: DestinationStream } = {},
): Logger {
  const options: LoggerOptions = {
    level,
    base: { service },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { log: (facts) => censored(facts) as Record<string, unknown> },
    serializers: { err: (error: Error) => censored(stdSerializers.err(error), SECRET_LEVELS - 1) },
    mixin: activeSpanIds,
  };
  return pino(options, destination);
}

/**
 * The same without its secrets; what has none is not copied. Errors are left to their serializer. Ours, for pino's own `redact` (10.4.0)
 * with its wildcards costs five times as much as all the rest of a line, and a gateway writes one for each call.
 */
function censored(facts: object, levels = SECRET_LEVELS): object {
  let kept = facts;
  for (const [name, value] of Object.entries(facts)) {
    const shown = shownOf(name, value, levels);
    if (shown === value) continue;
    if (kept === facts) kept = Array.isArray(facts) ? [...facts] : { ...facts };
    Object.assign(kept, { [name]: shown });
  }
  return kept;
}

function shownOf(name: string, value: unknown, levels: number): unknown {
  if (SECRET_MEMBERS.includes(name)) return CENSORED;
  const isContainer = typeof value === 'object' && value !== null && !(value instanceof Error);
  return isContainer && levels > 1 ? censored(value, levels - 1) : value;
}

function activeSpanIds(): Record<string, string> {
  const span = trace.getActiveSpan()?.spanContext();
  return span && isSpanContextValid(span) ? { traceId: span.traceId, spanId: span.spanId } : {};
}

/** Nest's own lines in ours. What Nest calls `log` (each module, each route) is news to a developer only: `debug`. */
export function nestLogger(logger: Logger): LoggerService {
  return {
    log: (message: unknown, ...rest: unknown[]) => logger.debug(...nestLine(message, rest)),
    verbose: (message: unknown, ...rest: unknown[]) => logger.trace(...nestLine(message, rest)),
    debug: (message: unknown, ...rest: unknown[]) => logger.debug(...nestLine(message, rest)),
    warn: (message: unknown, ...rest: unknown[]) => logger.warn(...nestLine(message, rest)),
    error: (message: unknown, ...rest: unknown[]) => logger.error(...nestLine(message, rest)),
    fatal: (message: unknown, ...rest: unknown[]) => logger.fatal(...nestLine(message, rest)),
  };
}

/** Nest calls `(message, context)`, and for errors `(message, stack?, context)`, where the message may be the error itself. */
function nestLine(message: unknown, rest: readonly unknown[]): [object, string] {
  const context = typeof rest.at(-1) === 'string' ? { context: rest.at(-1) } : {};
  const stack = rest.length > 1 && typeof rest[0] === 'string' ? { stack: rest[0] } : {};
  return message instanceof Error
    ? [{ ...context, err: message }, message.message]
    : [{ ...context, ...stack }, typeof message === 'string' ? message : JSON.stringify(message)];
}
