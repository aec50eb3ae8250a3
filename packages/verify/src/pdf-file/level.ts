/** PAdES baseline levels (ETSI EN 319 142-1 §6): signed; with a proven time; with revocation status; stamped as a whole. */
export type Level = 'B-B' | 'B-T' | 'B-LT' | 'B-LTA';

/** From the lowest up. */
export const LEVELS: readonly Level[] = ['B-B', 'B-T', 'B-LT', 'B-LTA'];
