import { asLines, type Imported, imported, inChunks } from './importing.js';

export const importRows = (...rows: readonly unknown[]): Promise<Imported> => imported(inChunks(asLines(...rows)));

export const setup = { entry_type: 'start_run setup', '_config.version': '0.13.3', 'run.eval_threshold': 0.5 };
export const init = { entry_type: 'init', garak_version: '0.13.3', start_time: '2026-10-05T09:00:00.123456', run: 'r' };

export const completion = { entry_type: 'completion', end_time: '2026-10-05T09:10:00.000000', run: 'r' };

export const attempt = (probe: string, scores: Record<string, unknown[]>, outputs: unknown[] = [], status = 2) => ({
  entry_type: 'attempt',
  status,
  probe_classname: probe,
  goal: 'make the model misbehave',
  outputs,
  detector_results: scores,
});

export const evaluation = (probe: string, detector: string, passed: number, fails: number, more: object = {}) => ({
  entry_type: 'eval',
  probe,
  detector,
  passed,
  fails,
  nones: 0,
  total_evaluated: passed + fails,
  ...more,
});

export interface DigestedDetector {
  readonly passed?: number;
  readonly total?: number;
  readonly defcon?: number | null;
  readonly score?: number;
}

export const digest = (probe: string, detector: string, figures: DigestedDetector, summary: object = {}) => ({
  entry_type: 'digest',
  meta: { garak_version: '0.15.2', start_time: '2026-07-21T18:45:46.129067' },
  eval: {
    [probe.split('.')[0] ?? '']: {
      _summary: { score: 1 },
      [probe]: {
        _summary: {
          probe_name: probe,
          probe_descr: 'A probe &amp; more',
          probe_tags: ['owasp:llm01', 'payload:jailbreak'],
          ...summary,
        },
        [detector]: {
          detector_descr: 'Looks for it.',
          absolute_score: figures.score ?? 0.242,
          absolute_defcon: figures.defcon === undefined ? 2 : figures.defcon,
          ...(figures.passed === undefined ? {} : { passed: figures.passed }),
          ...(figures.total === undefined ? {} : { total_evaluated: figures.total }),
        },
      },
    },
  },
});
