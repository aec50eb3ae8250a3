import type { FileDisposition, FindingStatus, NativeFinding } from '@evidence/contracts';
import { NAME_CHARS_MAX, TITLE_CHARS_MAX } from '../../limits.js';
import { excerptOf } from '../redaction.js';
import { oneLine } from '../text.js';

const JUSTIFICATION_CHARS_MAX = 1000;
const AUTHOR_CHARS_MAX = 200;

/** Its own id, else its title and place. */
export function identityOf({ id, title, location, probe, detector }: NativeFinding): string[] {
  if (id !== undefined) return ['id', oneLine(id, NAME_CHARS_MAX)];
  const place = [location, probe, detector].map((part) => oneLine(part ?? '', NAME_CHARS_MAX));
  return ['title', oneLine(title, TITLE_CHARS_MAX), ...place];
}

/** Why the file closes the finding, in its own words; empty for an open finding. */
export function dispositionOf(
  status: FindingStatus | undefined,
  { disposition }: NativeFinding,
): { readonly disposition?: FileDisposition } {
  if (status === undefined || status === 'open' || status === 'triaged') return {};
  const justification = oneLine(excerptOf(disposition?.justification ?? ''), JUSTIFICATION_CHARS_MAX);
  const by = oneLine(disposition?.by ?? '', AUTHOR_CHARS_MAX);
  return { disposition: { kind: status, ...(justification && { justification }), ...(by && { by }) } };
}
