/** An append of at most this many events is small, and does not wait for large ones. */
const SMALL_APPEND_EVENTS = 20;
/** The most events of large appends in one transaction, unless the first append alone has more: about 20 ms, the longest wait of a small one. */
const LARGE_EVENTS_PER_TRANSACTION = 500;

interface Waiting {
  readonly stream: string;
  readonly events: readonly unknown[];
}

/** Which of the waiting appends share the next transaction. Those to one stream keep their order. */
export function inTurns<Append extends Waiting>(
  waiting: readonly Append[],
): { readonly now: Append[]; readonly later: Append[] } {
  const now: Append[] = [];
  const later: Append[] = [];
  const behind = new Set<string>();
  let largeEvents = 0;
  for (const append of waiting) {
    const { length } = append.events;
    const isSmall = length <= SMALL_APPEND_EVENTS;
    const fits = isSmall || largeEvents === 0 || largeEvents + length <= LARGE_EVENTS_PER_TRANSACTION;
    if (fits && !behind.has(append.stream)) {
      now.push(append);
      if (!isSmall) largeEvents += length;
    } else {
      later.push(append);
      behind.add(append.stream);
    }
  }
  return { now, later };
}
