import type { OtherLogError } from '@evidence/event-store';
import type { Service } from './subjects.js';

/** What an operator must know about a relay, if anything. */
export interface RelayState {
  /** Why nothing is published (the log and the bus have no event in common), and what to do. */
  readonly blocked?: string;
  /** Where the relay continued, because the log did not have what was published. Set for as long as the process lives. */
  readonly otherLog?: string;
}

export const wentOnSentence = (service: Service, error: OtherLogError, decided: string): string =>
  `The relay of ${service} had published more than the log has. ${error.message} ${decided} To get a newer log back, stop the system and run evidence restore <folder>.`;

export const blockedSentence = (service: Service, error: OtherLogError): string =>
  `The relay of ${service} publishes nothing: the log and the bus have no event in common. ${error.message} If the log is right, run evidence log adopt to publish all of it. Otherwise stop the system and run evidence restore <folder>.`;

export const unblocked = ({ blocked: _, ...state }: RelayState): RelayState => state;
