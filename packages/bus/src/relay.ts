import { setTimeout as pause } from 'node:timers/promises';
import type { EventType } from '@evidence/contracts';
import {
  type Mark,
  markBefore,
  markOf,
  OtherLogError,
  type Position,
  type UnreadableEvent,
} from '@evidence/event-store';
import type { EventLog } from '@evidence/event-store/log';
import type { NatsConnection } from '@nats-io/transport-node';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { type Checkpoint, openCheckpoint, type Past } from './checkpoints.js';
import type { Publishable } from './cloudevents.js';
import { markBeforeRecent, publishPast } from './relay-past.js';
import { Publisher, type PublisherOptions } from './relay-publisher.js';
import { blockedSentence, type RelayState, unblocked, wentOnSentence } from './relay-state.js';
import { lastShared } from './shared-event.js';

/** After a crash, at most this many events are published again; JetStream drops those that it still knows. */
const EVENTS_PER_CHECKPOINT = 100;
const CHECKPOINT_INTERVAL_MS = 1_000;
/** How often a relay saves its position while its filter hides all events: a restart reads at most this much again. */
const POSITIONS_PER_CHECKPOINT = 1_000n;
const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 5_000;
/** The time limit at the end to publish the rest. Whatever is left is published at the next start. */
const LAST_ROUND_MS = 3_000;

const INTERRUPTED = 'the relay was interrupted and will continue from its checkpoint';

export interface RelayOptions extends PublisherOptions {
  readonly store: EventLog;
  readonly nc: NatsConnection;
  /** The event types that this service writes and publishes. */
  readonly types: readonly EventType[];
}

export interface Relay {
  /** Publishes what has been appended so far, if NATS accepts it in time, saves the checkpoint, and ends. */
  stop(): Promise<void>;
  /** The instant of the service's oldest event that is not yet published; undefined: all are. Rejects while the checkpoint is not known. */
  oldestUnpublished(): Promise<string | undefined>;
  state(): RelayState;
}

/**
 * Publishes every event that the service has appended, in the order of the log, with the event's id as Nats-Msg-Id: a catch-up
 * subscription from a checkpoint. Whatever fails (NATS down, stream gone, store down) is retried forever, from the checkpoint.
 *
 * Without a checkpoint everything is published again: first the last events, in order, then the past before them. New events do not wait for the
 * past, so a subscriber may receive an old report after a new one.
 */
export function startRelay(options: RelayOptions): Relay {
  const relay = new Relaying(options);
  const running = relay.run();
  return {
    async stop() {
      relay.stopping.abort();
      await running;
    },
    oldestUnpublished: () => relay.oldestUnpublished(),
    state: () => relay.state,
  };
}

class Relaying {
  readonly stopping = new AbortController();
  #session = new AbortController();
  #checkpoint: Checkpoint | undefined;
  #position: Position | undefined;
  /** The last event delivered, and the last one saved. */
  #mark: Mark | undefined;
  #saved: Mark | undefined;
  /** The part of the past that is published along with new events, and the part of it that is saved. */
  #past: Past | undefined;
  #savedPast: Past | undefined;
  #unsavedEvents = 0;
  #state: RelayState = {};
  /** True from a start without a checkpoint until the relay has caught up: what it publishes then repeats the past. */
  #replaying = false;

  readonly #publisher: Publisher;

  constructor(private readonly options: RelayOptions) {
    this.#publisher = new Publisher(options);
  }

  get state(): RelayState {
    return this.#state;
  }

  async run(): Promise<void> {
    const { signal } = this.stopping;
    void this.#watchConnection();
    const timer = setInterval(() => void this.#saveQuietly(), CHECKPOINT_INTERVAL_MS);
    for (let failures = 0; !signal.aborted; ) {
      try {
        await this.#follow(() => {
          failures = 0;
        });
      } catch (error) {
        if (error instanceof OtherLogError && (await this.#goOnFromShared(error))) continue;
        const delayMs = Math.min(RETRY_FIRST_MS * 2 ** failures++, RETRY_MAX_MS);
        if (!this.#state.blocked) this.options.logger.warn({ err: error, delayMs }, INTERRUPTED);
        // A reconnect ends the wait.
        await pause(delayMs, undefined, { signal: AbortSignal.any([signal, this.#session.signal]) }).catch(() => {});
      }
    }
    clearInterval(timer);
    await this.#lastRound();
  }

  async oldestUnpublished(): Promise<string | undefined> {
    if (!this.#checkpoint) throw new Error('The checkpoint of the relay is not known yet.');
    const from = this.#past ? this.#past.after : this.#position;
    const rest = { ...(from !== undefined && { from }), filter: this.#filter, onUnreadable: () => {} };
    for await (const event of this.options.store.readAll(rest)) {
      if (this.#publisher.isOurs(event)) return event.metadata.occurredAt;
    }
    return undefined;
  }

  /** After a reconnect the stream may be a different one, so the checkpoint is read again. Ends with the connection. */
  async #watchConnection(): Promise<void> {
    for await (const { type } of this.options.nc.status()) {
      if (type === 'reconnect') this.#session.abort();
    }
  }

  /** Opens the checkpoint and publishes from there, until stopped or reconnected. */
  async #follow(onProgress: () => void): Promise<void> {
    const { nc, store, service } = this.options;
    this.#session = new AbortController();
    const signal = AbortSignal.any([this.stopping.signal, this.#session.signal]);
    this.#checkpoint = await openCheckpoint(nc, service);
    const { mark: savedMark, past: savedPast } = this.#checkpoint;
    const mark = savedMark ?? (await markBeforeRecent(store, this.#filter));
    this.#position = mark?.position;
    this.#mark = mark;
    [this.#saved, this.#savedPast] = [savedMark, savedPast];
    this.#replaying = savedMark === undefined;
    this.#past = savedMark === undefined && mark ? { until: mark.position } : savedPast;
    const recent = Promise.withResolvers<void>();
    const past = recent.promise
      .then(() => this.#relayPast(signal))
      .catch((error: unknown) => {
        this.#session.abort();
        throw error;
      });
    // It is awaited at the end; until then, a rejection must not end the process.
    past.catch(() => undefined);
    for await (const batch of store.subscribe({ ...(mark && { after: mark }), filter: this.#filter, signal })) {
      for (const delivery of batch) {
        if (signal.aborted) break;
        if (this.#state.blocked) this.#state = unblocked(this.#state);
        if (delivery.kind === 'caught_up') {
          this.#replaying = false;
          recent.resolve();
        } else if (delivery.kind === 'checkpoint') this.#position = delivery.position;
        else
          await this.#relay(delivery.kind === 'event' ? delivery.event : this.#publisher.publishable(delivery.event));
        onProgress();
      }
    }
    recent.resolve();
    await past;
  }

  async #relayPast(signal: AbortSignal): Promise<void> {
    const past = this.#past;
    if (!past || signal.aborted) return;
    const isDone = await publishPast({
      store: this.options.store,
      filter: this.#filter,
      past,
      signal,
      publishable: (event) => this.#publisher.publishable(event),
      publish: (event) => this.#publisher.publish(event, ROOT_CONTEXT),
      published: (rest) => {
        this.#past = rest;
      },
    });
    if (isDone) this.#past = undefined;
  }

  /**
   * The log does not have what was published last: it was restored from a backup, or is another log. The last event that the log and the stream
   * both have shows where they diverge; everything after it in the log is published, so that no report is lost. Returns false if that cannot be
   * determined now, or never: a log that has no event in common with the stream may be another system's, whose past must not be published here.
   */
  async #goOnFromShared(error: OtherLogError): Promise<boolean> {
    const { nc, store, service, logger } = this.options;
    try {
      if (error.head === undefined) {
        await this.#checkpoint?.forget();
        this.#tellOtherLog(error, 'It continues from the beginning of the log, which is empty.');
        return true;
      }
      const { mark, messagesOfNothing } = await lastShared(nc, store, service);
      if (!mark) {
        this.#block(error);
        return false;
      }
      await this.#checkpoint?.save(mark);
      const lost = `${messagesOfNothing} messages on the bus refer to events that are gone`;
      this.#tellOtherLog(
        error,
        `It continues after position ${mark.position}, the last event that the log and the bus have in common; ${lost}.`,
      );
      return true;
    } catch (cause) {
      logger.debug({ err: cause }, 'the log and the bus cannot be compared now');
      return false;
    }
  }

  #tellOtherLog(error: OtherLogError, decided: string): void {
    const otherLog = wentOnSentence(this.options.service, error, decided);
    this.#state = { otherLog };
    this.options.logger.warn({ position: String(error.mark.position), eventId: error.mark.id }, otherLog);
  }

  #block(error: OtherLogError): void {
    // Neither the last round nor the metrics may use it.
    this.#checkpoint = undefined;
    if (this.#state.blocked) return;
    const blocked = blockedSentence(this.options.service, error);
    this.#state = { ...this.#state, blocked };
    this.options.logger.error({ position: String(error.mark.position), eventId: error.mark.id }, blocked);
  }

  get #filter() {
    return { types: this.options.types };
  }

  async #relay(event: (Publishable & Mark) | Mark): Promise<void> {
    if ('stored' in event && (await this.#publisher.publish(event, this.#replaying ? ROOT_CONTEXT : undefined)))
      this.#unsavedEvents++;
    this.#position = event.position;
    this.#mark = markOf(event);
    if (this.#unsavedEvents >= EVENTS_PER_CHECKPOINT) await this.#save();
  }

  async #save(): Promise<void> {
    const [mark, past] = [this.#mark, this.#past];
    if (mark === undefined || (mark === this.#saved && past === this.#savedPast)) return;
    await this.#checkpoint?.save(mark, past);
    this.#saved = mark;
    this.#savedPast = past;
    this.#unsavedEvents = 0;
  }

  /** Saves the checkpoint between events. If it cannot be saved now, it is saved later; if it never is, a few events are published again. */
  async #saveQuietly(): Promise<void> {
    try {
      await this.#markHidden();
      await this.#save();
    } catch (error) {
      this.options.logger.debug({ err: error }, 'the checkpoint was not saved');
    }
  }

  /** Moves the mark to the last of many events that the filter hides. */
  async #markHidden(): Promise<void> {
    const position = this.#position;
    const before = this.#mark;
    if (position === undefined || position - (before?.position ?? 0n) < POSITIONS_PER_CHECKPOINT) return;
    const mark = await markBefore(this.options.store, position);
    // An event delivered in the meantime is a better mark.
    if (mark && this.#mark === before && mark.position > (before?.position ?? 0n)) this.#mark = mark;
  }

  async #lastRound(): Promise<void> {
    const deadline = AbortSignal.timeout(LAST_ROUND_MS);
    const finishing = this.#publishRest(deadline).catch((error) =>
      this.options.logger.warn({ err: error }, 'the relay could not finish; the next start publishes the rest'),
    );
    await Promise.race([finishing, pause(LAST_ROUND_MS, undefined, { ref: false })]);
  }

  /** Reads to the end of the log, where a subscription would wait for more. */
  async #publishRest(deadline: AbortSignal): Promise<void> {
    if (!this.#checkpoint) return;
    const from = this.#position === undefined ? {} : { from: this.#position };
    let isBlocked = false;
    const onUnreadable = ({ code }: UnreadableEvent): void => {
      isBlocked ||= code === 'newer_version';
    };
    for await (const event of this.options.store.readAll({ ...from, filter: this.#filter, onUnreadable })) {
      // The next start publishes the newer event and what follows it.
      if (deadline.aborted || isBlocked) break;
      await this.#relay(event);
    }
    await this.#save();
  }
}
