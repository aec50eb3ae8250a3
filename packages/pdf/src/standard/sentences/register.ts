import type { Basis, RefOrigin } from '@evidence/contracts';
import { count, counted } from '../words.js';

export const registerSays = {
  title: 'Findings register',
  untested:
    'This register is empty because nothing in scope was tested. It is not evidence that the endpoints are free of findings.',
  empty: 'No open findings in scope. “Coverage by control” and “Scans” show what was tested and what was not.',
  noControl: 'This finding is not mapped to a control.',
  evidence: 'evidence ',
  noEvidence: 'no evidence in the file',
  continued: ', continued',
} as const;

export const introduction = (findings: number): string =>
  `${counted(findings, 'open finding')} (status open or triaged), worst severity first, then by id. The line under an id names the endpoint, the scanner, its probe (the test) and its detector (the judge). A filled square marks the controls that the finding is tagged with. A hollow diamond marks related controls that only the crosswalk links to it. A control’s title is printed where it first appears. The evidence hash is the SHA-256 of the redacted excerpt.`;

/** `3 of 10 evaluations failed`, or only the failures if the total is unknown. */
export const failed = (hits: number, evaluations: number | null): string =>
  evaluations === null
    ? `${counted(hits, 'evaluation')} failed, total unknown`
    : `${count(hits)} of ${counted(evaluations, 'evaluation')} failed`;

/** Where a tag comes from: the imported file, or the tool’s own table of probes and controls, as `source` names it. */
export const taggedBy = (origin: RefOrigin | undefined, source: string): string => {
  if (origin === 'file') return 'Tagged in the file';
  if (origin !== 'tool_table') return 'Tagged by the scanner';
  const [, tool, version] = TOOL_AND_VERSION.exec(source) ?? [];
  return tool === undefined
    ? 'Tagged by the tool’s published table'
    : `Tagged by ${tool}’s published table (version ${version})`;
};

/** How our importers name a tool’s table: `tags of the probe in garak 0.16; the file has none`. */
const TOOL_AND_VERSION = /\bin ([\w.-]+) v?(\d[\w.-]*)/;

export const indicatedBy: Readonly<Record<Exclude<Basis, 'direct'>, string>> = {
  official: 'Indicated by an official link',
  published: 'Indicated by a published link',
  derived: 'Indicated by a derived link',
};

/** Quoted, so that it is not mistaken for our own words. */
export const excerpt = (text: string): string => `“${text.replace(/\s+/g, ' ')}”`;

export const score = (stated: number): string => `score ${stated}`;

/** The tool’s own severity, where it differs from ours. */
export const severityByTool = (name: string): string => `tool’s severity: ${name}`;

export const scan = (id: string): string => `scan ${id}`;

export const target = (name: string): string => `target ${name}`;

export const findingLink = (id: string): string => `Finding ${id}`;
