import type { Delivery, Position } from '../port.js';

export const checkpointAt = (position: Position) => ({ kind: 'checkpoint', position }) as const;

/** The position in the log that the delivery reaches. */
export function positionOf(delivery: Delivery | undefined): Position | undefined {
  if (delivery === undefined || delivery.kind === 'caught_up') return undefined;
  return delivery.kind === 'checkpoint' ? delivery.position : delivery.event.position;
}
