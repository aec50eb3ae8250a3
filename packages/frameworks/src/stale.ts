import type { FrameworkEdition } from '@evidence/contracts';
import type { Catalog } from './data.js';

const DAYS_MAX = 90;
const DAY_MS = 86_400_000;

/** The catalogs of requested editions that were last compared with their publisher's text more than 90 days before the instant or day `at` (UTC). */
export function staleCatalogs(
  catalogs: readonly Catalog[],
  requested: readonly FrameworkEdition[],
  at: string,
): readonly Catalog[] {
  const isRequested = (catalog: Catalog) =>
    requested.some(({ framework, edition }) => framework === catalog.framework && edition === catalog.edition);
  const day = Date.parse(at.slice(0, 'YYYY-MM-DD'.length));
  return catalogs.filter((each) => isRequested(each) && day - Date.parse(each.comparedAt) > DAYS_MAX * DAY_MS);
}
