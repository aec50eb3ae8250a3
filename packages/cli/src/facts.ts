import type { EventOf, EventType } from '@evidence/contracts';
import { count, type Style } from './output.js';

type AnyEvent = EventOf<EventType>;

/** What an operator wants to know about an event at a glance: the last cell of its line. */
export function keyFacts({ type, data }: AnyEvent): string {
  switch (type) {
    case 'ReportRequested': {
      const frameworks = data.frameworks.map(({ framework, edition }) => `${framework}@${edition}`).join(', ');
      return `${data.format} on ${frameworks}: ${data.title}`;
    }
    case 'ReportScoped':
      return `${data.counts.included} of ${count(data.counts.considered, 'finding')} in scope, ${count(data.counts.scans, 'scan')}, at log position ${data.dataAsOf.position}`;
    case 'ReportMapped':
      return `${count(data.counts.refs, 'ref')}, ${count(data.counts.overlaps, 'overlap')}, crosswalk ${data.crosswalk.version}`;
    case 'ReportReady':
      return `${data.artifact.sizeBytes} bytes, sha256 ${data.artifact.sha256.slice(0, 12)}…, ${count(data.summary.totalOpen, 'open finding')}, expires ${data.expiresAt}`;
    case 'ReportFailed':
      return `${data.stage} failed (${data.code}): ${data.message}`;
    case 'ReportExpired':
      return `sha256 ${data.artifactSha256.slice(0, 12)}… pruned${data.tombstone ? `: ${data.tombstone.reason}` : ''}`;
    case 'ArtifactRestored':
      return `${kindsOf(data.blobs)} ${data.how === 'made_again' ? 'made again' : 'put back'}`;
    case 'ArtifactLost':
      return `${kindsOf(data.blobs)} lost: ${data.message}`;
    case 'LegalHoldPlaced':
    case 'RetentionFloorSet':
      return data.reason;
    default:
      return '';
  }
}

const kindsOf = (blobs: readonly { readonly kind: string }[]): string => blobs.map(({ kind }) => kind).join(' and ');

const STYLES: Partial<Record<EventType, Style>> = {
  ReportReady: 'green',
  ReportFailed: 'red',
  ReportExpired: 'yellow',
  ArtifactLost: 'red',
  LegalHoldPlaced: 'yellow',
  LegalHoldReleased: 'yellow',
};

export const styleOf = (type: EventType): { style?: Style } => (STYLES[type] ? { style: STYLES[type] } : {});
