import type { Basis, RefOrigin } from '@evidence/contracts';
import { count, counted } from '../words.js';

export const registerSays = {
  untested:
    'This register is empty because nothing in scope was tested. It is not evidence that the endpoints are free of findings.',
  empty: 'No open findings in scope. “Coverage by control” and “Scans” say what was tested and what was not.',
  noControl: 'No control is tied to this finding.',
  evidence: 'evidence ',
  noEvidence: 'no evidence in the file',
  continued: ', continued',
} as const;

export const introduction = (findings: number): string =>
  `${counted(findings, 'open finding')}, worst severity first, then by id. A filled square marks the controls that the finding is tagged with. A hollow diamond marks related controls to which the crosswalk only points. A control’s title is printed where it first appears. The evidence hash is the SHA-256 of the redacted excerpt.`;

/** `3 of 10 evaluations failed`; of an unknown number, the failures alone. */
export const failed = (hits: number, evaluations: number | null): string =>
  evaluations === null
    ? `${counted(hits, 'evaluation')} failed, total unknown`
    : `${count(hits)} of ${counted(evaluations, 'evaluation')} failed`;

/** Where a tag comes from: the imported file, or our copy of the table in which the tool ties its probes to controls. */
export const taggedBy = (origin: RefOrigin | undefined): string => {
  if (origin === 'file') return 'Tagged in the file';
  return origin === 'tool_table' ? 'Tagged in our copy of the tool’s table' : 'Tagged by the scanner';
};

export const indicatedBy: Readonly<Record<Exclude<Basis, 'direct'>, string>> = {
  official: 'Indicated by an official link',
  published: 'Indicated by a published link',
  derived: 'Indicated by a derived link',
};

/** Quoted, so that it is not taken for our words. */
export const excerpt = (text: string): string => `“${text.replace(/\s+/g, ' ')}”`;

export const score = (stated: number): string => `score ${stated}`;

/** As the tool names it, where that is not our own name. */
export const severityByTool = (name: string): string => `severity by the tool: ${name}`;
