import type { Tool } from '@evidence/contracts';
import { lettersOf, printable } from '../printable.js';

/** `garak 0.13.3`, or the name alone when the file did not say which version. */
export const toolName = ({ name, version }: Tool): string =>
  lettersOf(printable(version === '' ? name : `${name} ${version}`));
