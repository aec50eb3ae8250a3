import type { Layout } from '../json/parts.js';

export const FORMAT = 'evidence-findings/v1';

/** Members of our reports. Reports are canonical JSON, so some members come before the findings and some after. */
export const REPORT_MEMBERS = ['crosswalk', 'data_as_of', 'generated_at', 'report_id', 'schema_version'];

/** In our reports, the bases of the refs of the findings. It comes before the findings. */
export const REPORT_MAPPINGS = 'finding_mappings.*';

/** Members that are not read. They are counted, so that the loss is reported. */
export const OTHER_MEMBERS = '{}';

/** A NativeScan; JSON Lines, with the scan in the first line; or one of our reports (EvidenceReport). */
export const LAYOUT: Layout = {
  patterns: [
    'format',
    'tool',
    'started_at',
    'run_id',
    'run',
    'targets',
    'severity_scale',
    'attempts',
    'probes.*',
    'totals',
    'findings.*',
    ...REPORT_MEMBERS,
    REPORT_MAPPINGS,
    OTHER_MEMBERS,
  ],
  ignored: new Set(),
  isLine: (value) => !('findings' in value),
};
