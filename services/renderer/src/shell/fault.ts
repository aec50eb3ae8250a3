import { ArtifactError } from '@evidence/artifacts';
import { ContractError } from '@evidence/contracts';
import { Refusal } from '@evidence/decider';
import { PdfError } from '@evidence/pdf';
import { WriterError } from '@evidence/pdf/standard';
import { SigningError } from '@evidence/signing';
import { NoArtifact } from '../ports.js';

/** What a report does while an authority for time-stamps or revocations is away: it waits until its deadline, or it fails. */
export const OUTAGES = ['delay', 'fail'] as const;
export type Outage = (typeof OUTAGES)[number];

/** What the error of any part means for the report. */
export function noArtifactFor(error: unknown, outage: Outage): NoArtifact {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const because = (fault: NoArtifact['fault']) => new NoArtifact(fault, String(code), String(message));
  if (error instanceof SigningError) return because(faultOfSigning(error.code, outage));
  if (error instanceof ArtifactError) return because(error.code === 'unavailable' ? 'passing' : 'operation');
  if (error instanceof WriterError) return because(error.code === 'file_too_large' ? 'request' : 'operation');
  if (error instanceof PdfError) return because(error.code === 'render_failed' ? 'operation' : 'request');
  if (error instanceof Refusal || error instanceof ContractError) return because('operation');
  return new NoArtifact('unforeseen', 'unexpected', String(message ?? error));
}

/** Never another level than the configured one: a report without its time-stamp is late, or failed. */
function faultOfSigning(code: SigningError['code'], outage: Outage): NoArtifact['fault'] {
  if (code === 'signer_unavailable') return 'passing';
  const isAway = code === 'timestamp_unavailable' || code === 'revocation_unavailable';
  return isAway && outage === 'delay' ? 'passing' : 'operation';
}
