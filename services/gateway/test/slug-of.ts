import { Problem } from '../src/core/call/problem.js';

/** The slug of the problem that `act` throws; undefined if it throws none. */
export function slugOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error.slug;
    throw error;
  }
}
