import { setTimeout as pause } from 'node:timers/promises';
import type { EventMetadata, EventType } from '@evidence/contracts';
import type { EventStore, Position, RecordedEvent } from '@evidence/event-store';
import { contextOf, type Logger } from '@evidence/runtime';
import type { NatsConnection } from '@nats-io/transport-node';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { lastValueFrom } from 'rxjs';
import { type Checkpoint, openCheckpoint } from './checkpoints.js';
import type { JetStreamClient } from './client.js';
import { cloudEventOf, subjectOfEvent } from './cloudevents.js';
import type { Service } from './subjects.js';

/** A crash publishes at most so much again; JetStream drops what it still knows. */
const EVENTS_PER_CHECKPOINT = 100;
const CHECKPOINT_INTERVAL_MS = 1_000;
const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 5_000;
/** At the end: to publish what is appended and not yet published. What is left over is published at the next start. */
const LAST_ROUND_MS = 3_000;

export interface RelayOptions {
  readonly store: EventStore;
  readonly nc: NatsConnection;
  readonly client: JetStreamClient;
  readonly service: Service;
  /** The event types that this service writes and that travel. */
  readonly types: readonly EventType[];
  readonly logger: Logger;
}

export interface Relay {
  /** Publishes what is appended by now, if NATS takes it in time, saves the checkpoint, and ends. */
  stop(): Promise<void>;
  /** The instant of the service's oldest event that is not yet published; undefined: all are. Rejects while the checkpoint is not known. */
  oldestUnpublished(): Promise<string | undefined>;
}

/**
 * Who relays what, in one rule: each service what it wrote itself. A stage signs with `service:<name>`; what a token or an operator
 * caused was written by the gateway.
 */
export function writerOf({ metadata }: RecordedEvent): string {
  const { actor } = metadata as EventMetadata;
  return actor.startsWith('service:') ? actor.slice('service:'.length) : 'gateway';
}

/**
 * Publishes every event that the service has appended, in the order of the log, with the event's id as Nats-Msg-Id: a catch-up
 * subscription from a checkpoint. Whatever fails (NATS away, stream gone, store away) is tried again for ever, from the checkpoint.
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
  };
}

class Relaying {
  readonly stopping = new AbortController();
  #session = new AbortController();
  #checkpoint: Checkpoint | undefined;
  #position: Position | undefined;
  #savedPosition: Position | undefined;
  #unsavedEvents = 0;
  /** From a start with nothing until the log is caught up with: what is published then repeats the past. */
  #replaying = false;

  constructor(private readonly options: RelayOptions) {}

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
        const delayMs = Math.min(RETRY_FIRST_MS * 2 ** failures++, RETRY_MAX_MS);
        this.options.logger.warn(
          { err: error, delayMs },
          'the relay was interrupted and will go on from its checkpoint',
        );
        // A reconnect ends the wait.
        await pause(delayMs, undefined, { signal: AbortSignal.any([signal, this.#session.signal]) }).catch(() => {});
      }
    }
    clearInterval(timer);
    await this.#lastRound();
  }

  async oldestUnpublished(): Promise<string | undefined> {
    if (!this.#checkpoint) throw new Error('The checkpoint of the relay is not known yet.');
    const from = this.#position === undefined ? {} : { from: this.#position };
    for await (const event of this.options.store.readAll({ ...from, filter: this.#filter })) {
      if (this.#isOurs(event)) return (event.metadata as EventMetadata).occurredAt;
    }
    return undefined;
  }

  #isOurs(event: RecordedEvent): boolean {
    const { service, types } = this.options;
    return writerOf(event) === service && types.some((type) => type === event.type);
  }

  /** After a reconnect the stream may be another one: the checkpoint is read again. Ends with the connection. */
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
    const { position } = this.#checkpoint;
    this.#position = position;
    this.#savedPosition = position;
    this.#replaying = position === undefined;
    const after = position === undefined ? {} : { after: position };
    for await (const delivery of store.subscribe({ ...after, filter: this.#filter, signal })) {
      if (delivery.kind === 'caught_up') this.#replaying = false;
      else if (delivery.kind === 'checkpoint') this.#position = delivery.position;
      else await this.#relay(delivery.event);
      onProgress();
      if (signal.aborted) return;
    }
  }

  get #filter() {
    return { typePrefixes: this.options.types };
  }

  async #relay(event: RecordedEvent): Promise<void> {
    const { client, service } = this.options;
    if (this.#isOurs(event)) {
      const cloudEvent = cloudEventOf(event, service);
      const parent = this.#replaying ? ROOT_CONTEXT : contextOf(cloudEvent);
      await context.with(parent, () => lastValueFrom(client.emit(subjectOfEvent(cloudEvent), cloudEvent)));
      this.#unsavedEvents++;
    }
    this.#position = event.position;
    if (this.#unsavedEvents >= EVENTS_PER_CHECKPOINT) await this.#save();
  }

  async #save(): Promise<void> {
    const position = this.#position;
    if (position === undefined || position === this.#savedPosition) return;
    await this.#checkpoint?.save(position);
    this.#savedPosition = position;
    this.#unsavedEvents = 0;
  }

  /** Between events: a checkpoint that cannot be saved now is saved later; should it never be, a little is published again. */
  async #saveQuietly(): Promise<void> {
    await this.#save().catch((error) => this.options.logger.debug({ err: error }, 'the checkpoint was not saved'));
  }

  async #lastRound(): Promise<void> {
    const deadline = AbortSignal.timeout(LAST_ROUND_MS);
    const finishing = this.#publishRest(deadline).catch((error) =>
      this.options.logger.warn({ err: error }, 'the relay could not finish; the next start publishes what is left'),
    );
    await Promise.race([finishing, pause(LAST_ROUND_MS, undefined, { ref: false })]);
  }

  /** A read that ends, where the subscription would wait for more. */
  async #publishRest(deadline: AbortSignal): Promise<void> {
    if (!this.#checkpoint) return;
    const from = this.#position === undefined ? {} : { from: this.#position };
    for await (const event of this.options.store.readAll({ ...from, filter: this.#filter })) {
      if (deadline.aborted) break;
      await this.#relay(event);
    }
    await this.#save();
  }
}
