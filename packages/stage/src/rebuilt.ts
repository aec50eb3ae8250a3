import type { Projection } from '@evidence/event-store/view';
import type { Logger } from '@evidence/runtime';

/** A view that takes longer than this is logged, and again at each such interval. */
const WORD_INTERVAL_MS = 2_000;

/**
 * Resolves when all views have reached the end of the log; logs their progress in the meantime, which `npm start` watches. Rejects when one ends
 * before that.
 */
export async function rebuilt(
  views: Readonly<Record<string, { readonly projection: Pick<Projection, 'behind' | 'caughtUp'> }>>,
  logger: Pick<Logger, 'warn'>,
): Promise<void> {
  const word = setInterval(() => {
    for (const [view, { projection }] of Object.entries(views)) {
      const behind = projection.behind();
      if (behind)
        logger.warn({ view, ...behind }, `the view ${view} is being rebuilt: ${behind.percent} % of the log is read`);
    }
  }, WORD_INTERVAL_MS);
  try {
    await Promise.all(Object.values(views).map(({ projection }) => projection.caughtUp));
  } finally {
    clearInterval(word);
  }
}
