import type { Layout } from '../json/parts.js';

export const FORMAT = 'evidence-findings/v1';

/** Of a report of ours; the bytes of one are canonical, so that some come before its findings and some after. */
export const REPORT_MEMBERS = ['crosswalk', 'data_as_of', 'generated_at', 'report_id', 'schema_version'];

/** Of one too: what the refs of its findings rest on, which stands before them. */
export const REPORT_MAPPINGS = 'finding_mappings.*';

/** What is not read, so that its loss shows. */
export const OTHER_MEMBERS = '{}';

/** A NativeScan; JSON Lines, with the scan in the first line; or a report of ours (EvidenceReport). */
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
