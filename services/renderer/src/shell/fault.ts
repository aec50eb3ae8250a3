import { retryableOf } from '@evidence/decider';
import { PdfError } from '@evidence/pdf';
import { WriterError } from '@evidence/pdf/standard';
import { SigningError } from '@evidence/signing';
import { NoArtifact } from '../ports.js';

/** What happens to a report while an authority for time-stamps or revocations is down: it waits until its deadline, or it fails. */
export const OUTAGES = ['delay', 'fail'] as const;
export type Outage = (typeof OUTAGES)[number];

/**
 * What the error of any part means for the report. The error itself says whether a retry may help; this says who can fix what a retry cannot.
 */
export function noArtifactFor(error: unknown, outage: Outage): NoArtifact {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const retryable = retryableOf(error);
  if (retryable === undefined) return new NoArtifact('unforeseen', 'unexpected', String(message ?? error));
  const fault = retryable && !(outage === 'fail' && isAuthorityAway(error)) ? 'passing' : fixedBy(error);
  return new NoArtifact(fault, String(code), String(message));
}

/** The level is never lowered: a report without its time-stamp is late, or fails. */
const isAuthorityAway = (error: unknown): boolean =>
  error instanceof SigningError && (error.code === 'timestamp_unavailable' || error.code === 'revocation_unavailable');

/** The client can narrow the report or fix its template; everything else is the operator's task. */
function fixedBy(error: unknown): 'request' | 'operation' {
  const isRequest =
    (error instanceof WriterError && error.code === 'file_too_large') ||
    (error instanceof PdfError && error.code !== 'render_failed');
  return isRequest ? 'request' : 'operation';
}
