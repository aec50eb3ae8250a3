import type { FindingStatus, NativeFinding } from '@evidence/contracts';
import { NAME_CHARS_MAX, TITLE_CHARS_MAX } from '../../limits.js';
import type { ParsedFinding } from '../../parsed-scan.js';
import { titleSays } from '../../sentences/findings.js';
import { instantOf } from '../instants.js';
import { excerptOf } from '../redaction.js';
import type { TagRefs } from '../refs-of-tags.js';
import { oneLine } from '../text.js';
import { dispositionOf, identityOf } from './identity.js';
import { TARGET_CHARS_MAX } from './run.js';

/** A finding without its controls. JSON. */
export type NativeRow = Omit<ParsedFinding, keyof TagRefs>;

/** `status`: undefined for an unknown word, which means open. */
export function rowOf(
  row: NativeFinding,
  severity: Pick<ParsedFinding, 'severity' | 'severityOriginal'>,
  status: FindingStatus | undefined,
): NativeRow {
  const discoveredAt = instantOf(row.discovered_at);
  const hits = row.hits ?? 1;
  return {
    identity: identityOf(row),
    title: oneLine(row.title, TITLE_CHARS_MAX) || titleSays.none,
    summary: excerptOf(row.summary ?? ''),
    ...severity,
    status: status ?? 'open',
    ...dispositionOf(status, row),
    ...(row.target === undefined ? {} : { target: oneLine(row.target, TARGET_CHARS_MAX) }),
    ...(discoveredAt === undefined ? {} : { discoveredAt }),
    probe: oneLine(row.probe ?? '', NAME_CHARS_MAX),
    detector: oneLine(row.detector ?? '', NAME_CHARS_MAX),
    excerpt: excerptOf(row.excerpt ?? row.evidence_excerpt ?? ''),
    hits,
    evaluations: typeof row.evaluations === 'number' ? Math.max(hits, row.evaluations) : null,
  };
}
