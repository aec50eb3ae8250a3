import type { Tool } from '@evidence/contracts';

/** `garak 0.13.3`, or the name alone if the file states no version. */
export const toolName = ({ name, version }: Tool): string => (version === '' ? name : `${name} ${version}`);
