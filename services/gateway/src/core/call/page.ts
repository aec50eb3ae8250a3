import { type CursorOwner, cursorAt, placeOf } from './cursor.js';
import type { Seal } from './seal.js';

const PAGE_LIMIT_DEFAULT = 20;

/** One page of a list: at most `limit` rows after the row at `after`, a place that the same view returned. */
export interface PageRequest {
  readonly limit: number;
  readonly after?: string | undefined;
}

export interface PageOf<Row> {
  readonly rows: readonly Row[];
  /** Where the next page starts; undefined: there is none. */
  readonly next: string | undefined;
}

/** The page that a client requests. */
interface Asked {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** Throws `invalid_cursor`. */
export function pageRequestOf(
  { limit = PAGE_LIMIT_DEFAULT, cursor }: Asked,
  owner: CursorOwner,
  seal: Seal,
): PageRequest {
  return { limit, after: cursor === undefined ? undefined : placeOf(cursor, owner, seal) };
}

/** The cursor of the next page. Null: this is the last. */
export const nextCursorOf = ({ next }: PageOf<unknown>, owner: CursorOwner, seal: Seal): string | null =>
  next === undefined ? null : cursorAt(next, owner, seal);
