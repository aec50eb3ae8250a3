import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type EventLog, EventStoreError, type LogFilter } from '@evidence/event-store/engine';
import { type ServerWritableStream, status } from '@grpc/grpc-js';
import type { Visitor } from './doors.js';
import { callError, callErrorOf, closingError } from './errors.js';
import { encodedEventResponse, eventResponse, streamNameOf, withPosition } from './messages.js';
import { ReadReq, ReadResp, type ReadResponse, type Streams, Timestamp } from './protocol.js';

export type ReadCall = ServerWritableStream<Streams.ReadReq, ReadResponse>;

/** What a read needs: the log, the clock for `caught up`, and the signal that the server is closing. */
export interface ReadContext {
  readonly log: EventLog;
  readonly now: () => Date;
  readonly closing: AbortSignal;
  /** Undefined: the server is open. */
  readonly visitor: Visitor | undefined;
}

/** The regular expression of the client's `excludeSystemEvents()`, the only one that this server knows. */
const UNRESERVED_PATTERN = '^[^$].*';
/** `^(ReportReady|ReportFailed)$`: what our own services filter by. */
const EXACT_TYPES_PATTERN = /^\^\(([A-Za-z][A-Za-z0-9_-]*(?:\|[A-Za-z][A-Za-z0-9_-]*)*)\)\$$/;
/** The longest time before a checkpoint reports events that a filter hides, for readers that did not request one for each. */
const HIDDEN_MS = 1_000;
/** A subscription that has so many events before it at once fell behind: reads would be cheaper for it. */
const EVENTS_BEHIND = 100;
/** The largest count that JavaScript, SQLite and the engine all support. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/** The reason of every abort: without one, each would make an exception with its stack, and every read ends with an abort. */
const CALL_ENDED = new Error('the call has ended');

/** Streams/Read: reads and subscriptions, of one stream or of `$all`. */
export async function read(context: ReadContext, call: ReadCall): Promise<void> {
  const cancelled = new AbortController();
  for (const end of ['cancelled', 'close']) call.on(end, () => cancelled.abort(CALL_ENDED));
  const signal = AbortSignal.any([cancelled.signal, context.closing]);
  try {
    context.visitor?.assertReads();
    for await (const response of responses(context, call.request.getOptions(), signal)) {
      if (!call.write(response)) await once(call, 'drain', { signal });
      if (signal.aborted) break;
    }
    if (cancelled.signal.aborted) return;
    if (context.closing.aborted) call.emit('error', closingError());
    else call.end();
  } catch (error) {
    if (!cancelled.signal.aborted) call.emit('error', context.closing.aborted ? closingError() : errorOf(error));
  }
}

const errorOf = (error: unknown) =>
  error instanceof RangeError ? callError(status.INVALID_ARGUMENT, error.message) : callErrorOf(error);

type Responses = Iterable<ReadResponse> | AsyncIterable<ReadResponse>;

function responses(context: ReadContext, options: Streams.ReadReq.Options | undefined, signal: AbortSignal): Responses {
  if (!options) throw new RangeError('A read needs options.');
  const stream = options.getStream();
  const all = options.getAll();
  if (stream)
    return options.hasSubscription() ? followStream(context, stream, signal) : readStream(context.log, stream, options);
  if (!all) throw new RangeError('A read must name a stream or $all.');
  const filter = filterOf(options.getFilter());
  return options.hasSubscription()
    ? followAll(context, all, { filter, tellsHidden: tellsHiddenAtOnce(options.getFilter()) }, signal)
    : readAll(context.log, all, filter, options);
}

const isBackwards = (options: Streams.ReadReq.Options): boolean =>
  options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS;

const limitOf = (options: Streams.ReadReq.Options): number =>
  options.hasCount() ? Math.min(Number(options.getCount()), NO_LIMIT) : NO_LIMIT;

function* readStream(log: EventLog, stream: Streams.ReadReq.Options.StreamOptions, options: Streams.ReadReq.Options) {
  const name = streamNameOf(stream.getStreamIdentifier());
  const state = liveState(log, name);
  if (!state) {
    const notFound = new ReadResp.StreamNotFound().setStreamIdentifier(stream.getStreamIdentifier());
    yield new ReadResp().setStreamNotFound(notFound);
    return;
  }
  const backwards = isBackwards(options);
  let revision = stream.hasStart()
    ? 0n
    : stream.hasEnd()
      ? state.revision + (backwards ? 0n : 1n)
      : BigInt(stream.getRevision());
  if (!backwards && revision < state.firstVisible) revision = state.firstVisible;
  const last = backwards ? state.firstVisible : state.revision;
  for (let left = limitOf(options); left > 0; ) {
    const events = log.readStream(name, backwards ? 'backwards' : 'forwards', revision, last, left);
    yield* events.map(eventResponse);
    if (events.length === 0) break;
    left -= events.length;
    revision = events.at(-1)!.revision + (backwards ? -1n : 1n);
  }
  yield new ReadResp().setLastStreamPosition(state.revision.toString());
}

function liveState(log: EventLog, name: string) {
  const state = log.stream(name);
  if (state?.state === 'tombstoned')
    throw new EventStoreError('stream_deleted', `The stream ${name} is tombstoned.`, { stream: name });
  return state?.state === 'live' ? state : undefined;
}

/** A position is inclusive forwards and exclusive backwards. */
function* readAll(
  log: EventLog,
  all: Streams.ReadReq.Options.AllOptions,
  filter: LogFilter | undefined,
  options: Streams.ReadReq.Options,
) {
  const end = log.head;
  let left = limitOf(options);
  const start = all.hasStart() ? 1n : all.hasEnd() ? end + 1n : BigInt(all.getPosition()!.getCommitPosition());
  if (isBackwards(options)) {
    for (let before = start > end ? end + 1n : start; before > 1n && left > 0; ) {
      const page = log.readBackwards(before, filter, left);
      yield* page.events.map(eventResponse);
      left -= page.events.length;
      before = page.lookedAt;
    }
    return;
  }
  for (let after = start > 0n ? start - 1n : 0n; after < end && left > 0; ) {
    const page = log.readForwards(after, end, filter, left);
    // Views that are behind read what was just appended, each of them.
    yield* page.events.map(encodedEventResponse);
    left -= page.events.length;
    after = page.lookedAt;
  }
}

const positionOf = (position: bigint) => withPosition(new ReadResp.Position(), position);

/** Unlike a read, a subscription starts after its position. */
async function* followAll(
  { log, now }: ReadContext,
  all: Streams.ReadReq.Options.AllOptions,
  { filter, tellsHidden }: { readonly filter: LogFilter | undefined; readonly tellsHidden: boolean },
  signal: AbortSignal,
) {
  const waiting = { filter, ...(!tellsHidden && { hiddenMs: HIDDEN_MS }) };
  let after = all.hasStart() ? 0n : all.hasEnd() ? log.head : BigInt(all.getPosition()!.getCommitPosition());
  let caughtUp = false;
  yield confirmation();
  while (!signal.aborted) {
    const { events, lookedAt } = log.readForwards(after, log.head, filter, NO_LIMIT);
    if (caughtUp && events.length >= EVENTS_BEHIND) {
      yield new ReadResp().setFellBehind(at(now(), new ReadResp.FellBehind()).setPosition(positionOf(after)));
      caughtUp = false;
    }
    yield* events.map(encodedEventResponse);
    // KurrentDB counts hidden events instead. A message for each of them would reach every service at every append.
    const isDue = tellsHidden || !caughtUp || events.length === 0;
    if (filter && isDue && lookedAt > (events.at(-1)?.position ?? after)) {
      yield new ReadResp().setCheckpoint(withPosition(new ReadResp.Checkpoint(), lookedAt));
    }
    if (lookedAt > after) after = lookedAt;
    if (after < log.head) continue;
    if (!caughtUp) yield new ReadResp().setCaughtUp(at(now(), new ReadResp.CaughtUp()).setPosition(positionOf(after)));
    caughtUp = true;
    await log.waitForEvents(after, signal, waiting);
  }
}

/** Whether the client requests checkpoints at the shortest interval, which is the client library's default. Ours does not. */
const tellsHiddenAtOnce = (options: Streams.ReadReq.Options.FilterOptions | undefined): boolean =>
  (options?.getCheckpointintervalmultiplier() ?? 0) <= 1;

async function* followStream(
  { log, now }: ReadContext,
  stream: Streams.ReadReq.Options.StreamOptions,
  signal: AbortSignal,
) {
  const name = streamNameOf(stream.getStreamIdentifier());
  const state = liveState(log, name);
  let revision = stream.hasStart()
    ? 0n
    : stream.hasEnd()
      ? (state?.revision ?? -1n) + 1n
      : BigInt(stream.getRevision()) + 1n;
  let caughtUp = false;
  yield confirmation();
  while (!signal.aborted) {
    const head = log.head;
    const current = liveState(log, name);
    if (current && revision < current.firstVisible) revision = current.firstVisible;
    const events = current ? log.readStream(name, 'forwards', revision, current.revision, NO_LIMIT) : [];
    yield* events.map(eventResponse);
    if (events.length > 0) {
      revision = events.at(-1)!.revision + 1n;
      continue;
    }
    if (!caughtUp) {
      const message = at(now(), new ReadResp.CaughtUp());
      yield new ReadResp().setCaughtUp(revision > 0n ? message.setStreamRevision((revision - 1n).toString()) : message);
    }
    caughtUp = true;
    await log.waitForEvents(head, signal);
  }
}

function confirmation(): Streams.ReadResp {
  return new ReadResp().setConfirmation(new ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID()));
}

/** Adds the time at which a subscription caught up or fell behind. */
function at<M extends { setTimestamp(value: InstanceType<typeof Timestamp>): M }>(now: Date, message: M): M {
  const timestamp = new Timestamp();
  timestamp.fromDate(now);
  return message.setTimestamp(timestamp);
}

/**
 * Throws a `RangeError` for a filter that this server does not support, because silently including or omitting events would be worse.
 */
function filterOf(options: Streams.ReadReq.Options.FilterOptions | undefined): LogFilter | undefined {
  if (!options) return undefined;
  const byStream = options.getStreamIdentifier();
  const expression = byStream ?? options.getEventType();
  const prefixes = expression?.getPrefixList() ?? [];
  if (!byStream && expression?.getRegex() === UNRESERVED_PATTERN) return 'unreserved';
  const [, types] = (!byStream && EXACT_TYPES_PATTERN.exec(expression?.getRegex() ?? '')) || [];
  if (types !== undefined) return { types: types.split('|') };
  if (expression?.getRegex() || prefixes.length === 0) {
    throw new RangeError(
      'This store filters by prefixes, by whole event types (^(A|B)$), and by excludeSystemEvents(); it does not support other regular expressions.',
    );
  }
  return byStream ? { streamPrefixes: prefixes } : { typePrefixes: prefixes };
}
