import { inTime } from '@evidence/runtime';

/** Returns the names of what is missing; rejects, or takes too long, when the whole part is down. */
export type Probe = () => Promise<readonly string[]>;

/** Probes by the name of their part. */
export type Probes = Readonly<Record<string, Probe>>;

/** The probe of a part that is either up or down: it is up when `call` resolves. */
export const answering =
  (call: () => Promise<unknown>): Probe =>
  async () => {
    await call();
    return [];
  };

/** What is missing from the part now: the whole part when it does not respond in time. */
export async function missingOf(part: string, probe: Probe, timeoutMs: number): Promise<readonly string[]> {
  try {
    return await inTime(probe(), timeoutMs, () => new Error('late'));
  } catch {
    return [part];
  }
}
