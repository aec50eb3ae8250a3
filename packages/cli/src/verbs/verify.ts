import { verifyCommand } from '@evidence/verify';
import type { Surroundings } from '../surroundings.js';

/** `evidence verify …` is the command of @evidence/verify, exit codes included: 0 valid, 1 not, 2 unusable, 3 unknown key. */
export const verify = (argv: readonly string[], { stdout, stderr }: Surroundings): Promise<number> =>
  verifyCommand(argv, { stdout, stderr });
