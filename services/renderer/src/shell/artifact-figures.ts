import type { Figures } from '@evidence/stage';
import { Histogram } from 'prom-client';
import type { ObservedArtifact } from './render-report.js';

const KIB = 1024;
const MIB = KIB * KIB;
const SIZE_BUCKETS = [16 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB, 16 * MIB, 64 * MIB, 256 * MIB, 1024 * MIB];
const DURATION_BUCKETS_S = [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 900, 3_600];

/** The renderer's metrics about artifacts, by format. */
export function artifactFigures({ registry }: Figures): (made: ObservedArtifact) => void {
  const options = { labelNames: ['format'] as const, registers: [registry] };
  const bytes = new Histogram({
    ...options,
    name: 'evidence_artifact_bytes',
    help: 'Size of an artifact.',
    buckets: SIZE_BUCKETS,
  });
  const seconds = new Histogram({
    ...options,
    name: 'evidence_report_duration_seconds',
    help: 'Time from the request of a report until it is ready.',
    buckets: DURATION_BUCKETS_S,
  });
  return ({ format, sizeBytes, durationS }) => {
    bytes.observe({ format }, sizeBytes);
    seconds.observe({ format }, durationS);
  };
}
