import { type ReportEventType, reportEventTypes } from '@evidence/contracts';
import { inboxPrefixOf } from '../connection.js';
import { PROGRESS_SUBJECTS } from '../stage-progress.js';
import {
  CHECKPOINTS_BUCKET,
  consumingServices,
  durablesOf,
  heardBy,
  patternOf,
  RATE_LIMITS_BUCKET,
  REPORTS_STREAM,
  REPORTS_SUBJECTS,
  type Service,
} from '../subjects.js';
import { WAITING_SUBJECTS } from '../waiting.js';

/** The users of an installation's bus, except other services of the platform: our services, the operator, and the user that creates the streams. */
export const busUsers = ['gateway', ...consumingServices, 'operator', 'provisioning'] as const;
export type BusUser = (typeof busUsers)[number];

/** The subjects that a user of nats-server may publish to and subscribe to. Everything else is denied. */
export interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/**
 * What each service publishes on the bus. A stage that parks a message fails its report. A stage that cannot find what an earlier stage has stored
 * publishes the event again that makes the earlier stage store it.
 */
const says: Readonly<Record<Service, readonly ReportEventType[]>> = {
  gateway: ['ReportRequested', 'ReportDownloaded', 'ReportMapped'],
  scoping: ['ReportStarted', 'ReportScoped', 'ReportFailed'],
  mapping: ['ReportMapped', 'ReportFailed', 'ReportStarted'],
  renderer: ['ReportReady', 'ReportFailed', 'ArtifactRestored', 'ArtifactLost', 'ReportStarted', 'ReportScoped'],
  // Its watchdog publishes events of other services again if their messages were lost.
  expiry: ['ReportExpired', 'ReportFailed', ...(Object.keys(heardBy) as ReportEventType[])],
};

const api = (...parts: string[]): string => ['$JS.API', ...parts].join('.');
const READ_STREAM = [api('INFO'), api('STREAM.INFO', REPORTS_STREAM), api('STREAM.MSG.GET', REPORTS_STREAM)];
const bucketStream = (bucket: string): string => `KV_${bucket}`;

/** Permission to read and write the keys of a bucket that `keys` matches. */
const bucketKeys = (bucket: string, keys: string): string[] => [
  api('STREAM.INFO', bucketStream(bucket)),
  api('DIRECT.GET', bucketStream(bucket), `$KV.${bucket}.${keys}`),
  `$KV.${bucket}.${keys}`,
];

/** Permission to create a durable consumer on REPORTS with several filters, to pull from it, and to acknowledge. */
const ownConsumer = (durable: string): string[] => [
  api('CONSUMER.DURABLE.CREATE', REPORTS_STREAM, durable),
  api('CONSUMER.INFO', REPORTS_STREAM, durable),
  api('CONSUMER.MSG.NEXT', REPORTS_STREAM, durable),
  `$JS.ACK.${REPORTS_STREAM}.${durable}.>`,
];

const PROGRESS_OF_ONE = PROGRESS_SUBJECTS.replace('>', '*.*');

/** The minimum that each user needs: its own subjects, its own consumers, its own checkpoint key, its own inbox. */
export function permissionsOf(user: BusUser): Permissions {
  const inbox = `${inboxPrefixOf(user)}.>`;
  if (user === 'provisioning') {
    const streams = [REPORTS_STREAM, ...[CHECKPOINTS_BUCKET, RATE_LIMITS_BUCKET].map(bucketStream)];
    const calls = streams.flatMap((stream) => ['CREATE', 'UPDATE', 'INFO'].map((call) => api('STREAM', call, stream)));
    return { publish: [api('INFO'), ...calls], subscribe: [inbox] };
  }
  if (user === 'operator') {
    const calls = ['INFO', 'MSG.NEXT', 'DELETE'].map((call) => api('CONSUMER', call, REPORTS_STREAM, '*'));
    const follow = api('CONSUMER.CREATE', REPORTS_STREAM, '*', REPORTS_SUBJECTS);
    return {
      // The checkpoint keys: to make the relays start over.
      publish: [
        ...READ_STREAM,
        ...calls,
        follow,
        ...reportEventTypes.map(patternOf),
        ...bucketKeys(CHECKPOINTS_BUCKET, '*'),
      ],
      subscribe: [`${inboxPrefixOf('evidence')}.>`, REPORTS_SUBJECTS, PROGRESS_SUBJECTS],
    };
  }
  const own = [...READ_STREAM, ...says[user].map(patternOf), ...bucketKeys(CHECKPOINTS_BUCKET, user)];
  if (user === 'gateway') {
    const reads = api('CONSUMER.INFO', REPORTS_STREAM, '*');
    return {
      publish: [...own, reads, ...bucketKeys(RATE_LIMITS_BUCKET, '>')],
      subscribe: [inbox, PROGRESS_SUBJECTS],
    };
  }
  // The watchdog asks whether messages wait for a stage. It has no long work itself, so it reports no progress.
  const more = user === 'expiry' ? [api('CONSUMER.INFO', REPORTS_STREAM, '*')] : [PROGRESS_OF_ONE];
  return {
    publish: [...own, ...durablesOf(user).flatMap(ownConsumer), WAITING_SUBJECTS, ...more],
    subscribe: [inbox, ...(user === 'scoping' ? [WAITING_SUBJECTS] : [])],
  };
}

/** Another service of the platform, which receives the events of one tenant. Its durable consumer and its inbox have the same name as its user. */
export interface Subscriber {
  readonly tenant: string;
  /** Distinguishes the subscribers of a tenant: lower-case letters, digits and `-`. */
  readonly name: string;
}

/** `acme_crm`; tenants and names contain no `_`. */
export const subscriberUser = ({ tenant, name }: Subscriber): string => `${tenant}_${name}`;

/**
 * Permission to listen to its tenant, and to use its own durable consumer with a filter within its tenant. The filter is part of the call's subject,
 * and the server compares the two, so there is exactly one filter, and it cannot be that of another user's consumer.
 */
export function subscriberPermissions(subscriber: Subscriber): Permissions {
  const user = subscriberUser(subscriber);
  const ofTenant = REPORTS_SUBJECTS.replace('>', `${subscriber.tenant}.>`);
  return {
    publish: [
      api('INFO'),
      api('STREAM.INFO', REPORTS_STREAM),
      api('CONSUMER.CREATE', REPORTS_STREAM, user, ofTenant),
      ...['INFO', 'MSG.NEXT', 'DELETE'].map((call) => api('CONSUMER', call, REPORTS_STREAM, user)),
      `$JS.ACK.${REPORTS_STREAM}.${user}.>`,
    ],
    subscribe: [`${inboxPrefixOf(user)}.>`, ofTenant],
  };
}
