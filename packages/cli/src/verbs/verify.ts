import { verifyCommand } from '@evidence/verify';
import { checkExport } from '../export/check.js';
import type { Surroundings } from '../surroundings.js';

/** `evidence verify …` is the command of @evidence/verify, exit codes included: 0 valid, 1 not valid, 2 unusable, 3 unknown key. It also checks exports. */
export const verify = (argv: readonly string[], { stdout, stderr }: Surroundings): Promise<number> =>
  verifyCommand(argv, { stdout, stderr }, 'evidence verify', checkExport);
