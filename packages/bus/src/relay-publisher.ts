import type { EventMetadata } from '@evidence/contracts';
import { type Mark, markOf, type UnreadableEvent } from '@evidence/event-store';
import type { Logger } from '@evidence/runtime';
import { contextOf } from '@evidence/runtime/trace';
import { type Context, context } from '@opentelemetry/api';
import { cloudEventOf, type Publishable } from './cloudevents.js';
import type { EventSender } from './event-sender.js';
import type { Service } from './subjects.js';

export interface PublisherOptions {
  readonly sender: EventSender;
  readonly service: Service;
  readonly logger: Logger;
}

/**
 * The service that wrote an event; it is also the one that relays it. A stage writes as `service:<name>`; anything that a token or an operator caused
 * was written by the gateway.
 */
export function writerOf({ metadata: { actor } }: Pick<Publishable, 'metadata'>): string {
  return actor.startsWith('service:') ? actor.slice('service:'.length) : 'gateway';
}

/** What a relay does with one event. */
export class Publisher {
  constructor(private readonly options: PublisherOptions) {}

  isOurs(event: Publishable): boolean {
    return writerOf(event) === this.options.service;
  }

  /**
   * What can be published of an event that this build cannot read: a newer version is published anyway, because only its envelope matters here;
   * anything else is logged and skipped.
   */
  publishable(event: UnreadableEvent): (Publishable & Mark) | Mark {
    const { position, stream, type, code, reason } = event;
    if (code === 'newer_version')
      return { ...event, metadata: event.metadata as EventMetadata, stored: event.data as object };
    this.options.logger.warn({ position, stream, type, reason }, 'an event cannot be read, so it is not published');
    return markOf(event);
  }

  /** Publishes the event if it is the service's own, and returns whether it is. `parent`: the trace to join, default its own. */
  async publish(event: Publishable, parent: Context | undefined): Promise<boolean> {
    if (!this.isOurs(event)) return false;
    const { sender, service } = this.options;
    const cloudEvent = cloudEventOf(event, service);
    await context.with(parent ?? contextOf(cloudEvent), () => sender.send(cloudEvent));
    return true;
  }
}
