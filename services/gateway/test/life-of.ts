import { exampleOf } from '@evidence/contracts/examples';

/** The events that other services write about a requested report, up to `ReportReady`. */
export function lifeOf(
  reportId: string,
  artifact: { sha256: string; sizeBytes: number; mediaType: string },
  format: 'pdf' | 'json' = 'pdf',
) {
  const started = { type: 'ReportStarted', data: { ...exampleOf('ReportStarted'), reportId } } as const;
  const scoped = { type: 'ReportScoped', data: { ...exampleOf('ReportScoped'), reportId } } as const;
  const mapped = { type: 'ReportMapped', data: { ...exampleOf('ReportMapped'), reportId } } as const;
  const ready = { type: 'ReportReady', data: { ...exampleOf('ReportReady'), reportId, format, artifact } } as const;
  return { started, scoped, mapped, ready };
}
