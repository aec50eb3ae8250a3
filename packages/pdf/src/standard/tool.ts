import type { Tool } from '@evidence/contracts';

/** `garak 0.13.3`, or the name alone when the file did not say which version. */
export const toolName = ({ name, version }: Tool): string => (version === '' ? name : `${name} ${version}`);
