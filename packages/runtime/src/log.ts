import type { LoggerService } from '@nestjs/common';
import { isSpanContextValid, trace } from '@opentelemetry/api';
import { type DestinationStream, type Logger, type LoggerOptions, pino, stdSerializers, stdTimeFunctions } from 'pino';

export type { Logger };
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Members that no line may show, anywhere in the first levels of a logged object. */
const SECRET_MEMBERS: readonly string[] = ['authorization', 'cookie', 'password', 'secret', 'token'];
const SECRET_LEVELS = 3;
const CENSORED = '[secret]';

/**
 * JSON, one object per line, on standard output or `destination`. A line written inside a span has its trace and span id.
 * Writes are synchronous: pino's default is not, and at exit the last lines came out of order (pino 10.4.0, 2026-11-23).
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
    mixin: activeSpan,
  };
  return pino(options, destination);
}

/**
 * The object without its secrets; one without secrets is not copied. Errors are left to their serializer. Our own code, because pino's `redact`
 * (10.4.0) with wildcards costs five times as much as the rest of a line, and a gateway writes one line per call.
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

/** Named as in OpenTelemetry's “Trace Context in non-OTLP Log Formats”. */
function activeSpan(): Record<string, string> {
  const span = trace.getActiveSpan()?.spanContext();
  if (!span || !isSpanContextValid(span)) return {};
  return { trace_id: span.traceId, span_id: span.spanId, trace_flags: `0${span.traceFlags.toString(16)}`.slice(-2) };
}

/** Writes Nest's own lines to our log. Nest's `log` level (each module, each route) interests only developers, so it becomes `debug`. */
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
