import { DatabaseSync } from 'node:sqlite';
import { openArtifactFolder } from '@evidence/artifacts';
import { type EventData, type EventOf, type EventType, envelop, streamOf } from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import type { Position } from '@evidence/event-store';
import { eventLogOver } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { createLogger } from '@evidence/runtime';
import { tempFolder } from '@evidence/testkit';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { applyToDuties, DUTIES_SCHEMA, dutiesInViewFile } from '../../src/adapters/duties-in-view-file.js';
import { startClock } from '../../src/shell/clock.js';
import { Expiry } from '../../src/shell/expiry.js';

const SEED = 20_261_129;
/** `.ci/run` uses 10,000, which takes too long for every `npm test`. */
const SCHEDULES = Number(process.env.EXPIRY_SCHEDULES ?? 2_000);
/** Few reports each, because every decision about a report reads all events of its tenant. */
const TENANTS = Math.ceil(SCHEDULES / 4);
const MINUTE_MS = 60_000;
const START_MS = Date.parse('2030-01-01T00:00:00.000Z');
/** Everything generated begins within this time, and ends within twice this time. */
const SPAN_MIN = 600;
const END_MIN = 2 * SPAN_MIN + 10;

/** What happens to one report, in minutes after the start. Holds may overlap its end, begin late, or outlive the simulation. */
interface Schedule {
  readonly readyMin: number;
  readonly retentionMin: number;
  readonly holds: readonly { readonly fromMin: number; readonly forMin: number }[];
}

const minute = fc.integer({ min: 0, max: SPAN_MIN });
const schedules: fc.Arbitrary<Schedule> = fc.record({
  readyMin: minute,
  retentionMin: fc.oneof(fc.integer({ min: 0, max: 5 }), minute),
  holds: fc.array(fc.record({ fromMin: minute, forMin: fc.integer({ min: 1, max: SPAN_MIN }) }), { maxLength: 1 }),
});
const floors = fc.array(fc.record({ atMin: minute, floorMin: fc.constantFrom(0, 1, 30, 240) }), { maxLength: 2 });
/** When the clock becomes suspect, and how long until somebody confirms it. */
const suspicions = fc.array(fc.record({ atMin: minute, forMin: fc.integer({ min: 1, max: 60 }) }), {
  minLength: 1,
  maxLength: 3,
});

interface Happening {
  readonly atMin: number;
  readonly stream: string;
  readonly tenant: string;
  readonly events: readonly EventOf<EventType>[];
}

const reportIdOf = (index: number): string => `rpt_2030_${String(index).padStart(26, '0')}`;
const tenantOf = (index: number): string => `tenant-${index % TENANTS}`;
const instantOf = (min: number): string => new Date(START_MS + min * MINUTE_MS).toISOString();
const eventOf = <T extends EventType>(type: T, changes: Partial<EventData[T]>) =>
  ({ type, data: { ...exampleOf(type), ...changes } }) as unknown as EventOf<EventType>;

function happeningsOf({ readyMin, retentionMin, holds }: Schedule, index: number): Happening[] {
  const [reportId, tenant] = [reportIdOf(index), tenantOf(index)];
  const about = { tenant, stream: streamOf.tenant(tenant) };
  const life = [
    eventOf('ReportRequested', { reportId, tenant, requestedAt: instantOf(readyMin) }),
    ...(['ReportStarted', 'ReportScoped', 'ReportMapped'] as const).map((type) => eventOf(type, { reportId })),
    eventOf('ReportReady', { reportId, readyAt: instantOf(readyMin), expiresAt: instantOf(readyMin + retentionMin) }),
  ];
  return [
    { atMin: readyMin, stream: streamOf.report(reportId), tenant, events: life },
    ...holds.flatMap(({ fromMin, forMin }) => [
      { ...about, atMin: fromMin, events: [eventOf('LegalHoldPlaced', { reportId, tenant })] },
      { ...about, atMin: fromMin + forMin, events: [eventOf('LegalHoldReleased', { reportId, tenant })] },
    ]),
  ];
}

/** Tells, minute by minute, whether something is in force that begins and ends on whole minutes. */
function minutesOf(spans: readonly { readonly fromMin: number; readonly toMin: number }[]): boolean[] {
  const minutes = new Array<boolean>(END_MIN + 1).fill(false);
  for (const { fromMin, toMin } of spans) minutes.fill(true, fromMin, toMin);
  return minutes;
}

/** Runs the service in fake time. Returns when each report expired, in milliseconds after the start. */
async function simulate(
  happenings: ReadonlyMap<number, readonly Happening[]>,
  isSuspect: (atMin: number) => boolean,
): Promise<ReadonlyMap<string, number>> {
  await using folder = await tempFolder();
  let nowMs = 0;
  const now = () => new Date(START_MS + nowMs);
  const engine = openSqliteEventStore({ file: ':memory:', now });
  onTestFinished(() => engine.close());
  const store = eventLogOver(engine);
  const db = new DatabaseSync(':memory:');
  db.exec(DUTIES_SCHEMA);
  const expired = new Map<string, number>();
  let seen: Position | undefined;
  const follow = async (): Promise<void> => {
    for await (const event of store.readAll(seen === undefined ? {} : { from: seen })) {
      seen = event.position;
      applyToDuties(event, db);
      if (event.type !== 'ReportExpired') continue;
      expect(expired.has(event.data.reportId), event.data.reportId).toBe(false);
      expired.set(event.data.reportId, Date.parse(event.data.expiredAt) - START_MS);
    }
  };

  let timer: { readonly atMs: number; readonly act: () => void } | undefined;
  const expiry = new Expiry({
    store,
    artifacts: await openArtifactFolder({ folder: folder.path }),
    duties: dutiesInViewFile(db),
    tick: async () =>
      isSuspect(Math.floor(nowMs / MINUTE_MS))
        ? { suspect: { reason: 'stepped', bySeconds: 7_200, since: instantOf(0) } }
        : {},
    now,
    logger: createLogger('expiry', { level: 'silent' }),
  });
  const clock = startClock({
    nextDueAt: () => expiry.nextDueAt(),
    work: () => expiry.work().then(follow),
    onFailure: (error) => expect.unreachable(String(error)),
    now,
    schedule: (delayMs, act) => {
      timer = { atMs: nowMs + delayMs, act };
      return () => {
        timer = undefined;
      };
    },
  });
  const armed = async (): Promise<void> => {
    while (!timer) await new Promise(setImmediate);
  };

  let ids = 0;
  const { schema: _, eventId: __, ...provenance } = exampleMetadata();
  for (let atMin = 0; atMin <= END_MIN; atMin++) {
    for (await armed(); timer && timer.atMs < atMin * MINUTE_MS; await armed()) {
      const { atMs, act } = timer;
      timer = undefined;
      nowMs = Math.max(nowMs, atMs);
      act();
    }
    nowMs = atMin * MINUTE_MS;
    const occurredAt = now().toISOString();
    for (const { stream, tenant, events } of happenings.get(atMin) ?? []) {
      const proposed = events.map((event) => {
        ids += 1;
        const id = `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
        return envelop(id, event, { ...provenance, tenant, occurredAt });
      });
      await engine.append(stream, 'any', proposed);
    }
    await follow();
    clock.wake();
  }
  await clock.stop();
  return expired;
}

test(`of ${SCHEDULES} generated schedules none ends early or under a hold, and none outlives its end by a minute`, async () => {
  const draw = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number): T[] => fc.sample(arbitrary, { seed: SEED, numRuns });
  const plans = draw(schedules, SCHEDULES);
  const floorPlans = draw(floors, TENANTS).map((changes) => changes.toSorted((one, other) => one.atMin - other.atMin));
  const suspect = minutesOf(
    draw(suspicions, 1)
      .flat()
      .map(({ atMin, forMin }) => ({ fromMin: atMin, toMin: atMin + forMin })),
  );
  const floorSet = ({ atMin, floorMin }: { atMin: number; floorMin: number }, index: number): Happening => {
    const tenant = tenantOf(index);
    const events = [eventOf('RetentionFloorSet', { tenant, floorSeconds: floorMin * 60 })];
    return { atMin, stream: streamOf.tenant(tenant), tenant, events };
  };
  const happenings = Map.groupBy(
    [
      ...plans.flatMap(happeningsOf),
      ...floorPlans.flatMap((changes, index) => changes.map((change) => floorSet(change, index))),
    ],
    ({ atMin }) => atMin,
  );

  const expired = await simulate(happenings, (atMin) => suspect[atMin] ?? false);

  const counts = { early: 0, underHold: 0, late: 0 };
  for (const [index, { readyMin, retentionMin, holds }] of plans.entries()) {
    const expiredMs = expired.get(reportIdOf(index)) ?? Number.POSITIVE_INFINITY;
    const held = minutesOf(holds.map(({ fromMin, forMin }) => ({ fromMin, toMin: fromMin + forMin })));
    const floorAt = (atMin: number): number =>
      floorPlans[index % TENANTS]?.findLast((change) => change.atMin <= atMin)?.floorMin ?? 0;
    const isOver = (atMin: number): boolean => atMin >= readyMin + Math.max(retentionMin, floorAt(atMin));
    const expiredMin = Math.floor(expiredMs / MINUTE_MS);
    if (expiredMs < Number.POSITIVE_INFINITY && !isOver(expiredMin)) counts.early += 1;
    if (held[expiredMin]) counts.underHold += 1;
    let sinceMin: number | undefined;
    for (let atMin = readyMin; atMin < END_MIN && atMin < expiredMin; atMin++) {
      const mayGo = isOver(atMin) && !held[atMin] && !suspect[atMin];
      // After a confirmation, the clock is checked again within a minute.
      sinceMin = mayGo ? (sinceMin ?? (suspect[atMin - 1] ? atMin + 1 : atMin)) : undefined;
      if (sinceMin === undefined || (atMin + 1 - sinceMin) * MINUTE_MS < MINUTE_MS) continue;
      if (expiredMs > (sinceMin + 1) * MINUTE_MS) {
        counts.late += 1;
        break;
      }
    }
  }
  expect(counts).toEqual({ early: 0, underHold: 0, late: 0 });
  // The generated plans cover the cases that they are for.
  expect(expired.size).toBeGreaterThan(SCHEDULES * 0.9);
}, 300_000);
