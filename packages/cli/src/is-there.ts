import { access } from 'node:fs/promises';

/** Whether a file or folder of that name exists and this process can reach it. */
export const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
