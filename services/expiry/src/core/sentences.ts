import type { Retention } from '@evidence/contracts';

// Why a report failed or expired, and the warning of a clock that jumped.

export const deadlineExceeded = (deadlineSeconds: number, phase: string): string =>
  `The report was not finished within ${deadlineSeconds} s (it was ${phase}). Request it again.`;

export function retentionEnded(tenant: string, retention: Retention | undefined, dueAt: string): string {
  return `${retentionOf(tenant, retention)} ended at ${dueAt}.`;
}

function retentionOf(tenant: string, retention: Retention | undefined): string {
  switch (retention?.basis) {
    case undefined:
      return 'Its retention';
    case 'tenant_policy':
      return `Its retention of ${retention.seconds} s, which tenant ${tenant} had set,`;
    case 'tenant_floor':
      return `The minimum retention of tenant ${tenant}, ${retention.seconds} s,`;
    case 'installation_default':
      return `Its retention of ${retention.seconds} s, the default of the installation,`;
  }
}

export const clockJumped = (seconds: number, at: string): string =>
  `The clock jumped by ${seconds} s at ${at}, so nothing is expired or pruned: check the time, then run evidence expiry confirm.`;
