import { nextSteps, valid, validWithDevelopmentKey } from '../sentences/next-steps.js';
import type { Verification } from '../verdict/verification.js';

const STEPS: Readonly<Record<Exclude<Verification['verdict'], 'valid'>, string>> = nextSteps;

/** What an auditor does next. */
export function nextStepOf({ verdict, signedBy }: Pick<Verification, 'verdict' | 'signedBy'>): string {
  if (verdict !== 'valid') return STEPS[verdict];
  return signedBy?.isDevelopmentKey ? validWithDevelopmentKey : valid;
}
