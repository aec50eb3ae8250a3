import { beginSpan, failSpan, inSpan, isTraced, type SpanAttributes } from '@evidence/runtime/trace';
import { SpanKind } from '@opentelemetry/api';
import type { EventLog } from './event-log.js';

/**
 * Adds a span for each append and each read that belongs to a trace; others, such as the reads of views, relays and probes, get none. Named and
 * described by OpenTelemetry's semantic conventions for databases (1.45). The span of a read ends with the read, and includes whatever the reader
 * does between two events.
 */
export function tracedLog(log: EventLog, system: 'kurrentdb' | 'sqlite'): EventLog {
  const about = (operation: string, collection?: string): SpanAttributes => ({
    'db.system.name': system,
    'db.operation.name': operation,
    ...(collection && { 'db.collection.name': collection }),
  });

  async function* traced<Event>(
    name: string,
    attributes: SpanAttributes,
    events: AsyncIterable<Event>,
  ): AsyncGenerator<Event> {
    if (!isTraced()) return yield* events;
    const span = beginSpan(name, { kind: SpanKind.CLIENT, attributes });
    let count = 0;
    try {
      for await (const event of events) {
        count += 1;
        yield event;
      }
    } catch (error) {
      failSpan(span, error);
      throw error;
    } finally {
      span.setAttribute('db.response.returned_rows', count);
      span.end();
    }
  }

  return {
    ...log,
    append(stream, expected, events) {
      if (!isTraced()) return log.append(stream, expected, events);
      const collection = categoryOf(stream);
      const attributes = {
        ...about('append', collection),
        'evidence.stream': stream,
        'evidence.event.types': [...new Set(events.map(({ type }) => type))],
        // The convention uses this only for two or more.
        ...(events.length > 1 && { 'db.operation.batch.size': events.length }),
      };
      return inSpan(`append ${collection}`, { kind: SpanKind.CLIENT, attributes }, () =>
        log.append(stream, expected, events),
      );
    },
    readStream(stream, options) {
      const collection = categoryOf(stream);
      const attributes = { ...about('read', collection), 'evidence.stream': stream };
      return traced(`read ${collection}`, attributes, log.readStream(stream, options));
    },
    readAll: (options) => traced('read all', about('read all'), log.readAll(options)),
  };
}

/** The prefix that all streams of a kind share: `report` for `report-rpt_…`. */
const categoryOf = (stream: string): string => stream.split('-', 1)[0] ?? stream;
