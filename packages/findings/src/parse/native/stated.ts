import type { NativeTool, Tool, UnreadMember } from '@evidence/contracts';
import { byCodeUnits } from '@evidence/frameworks';
import { NATIVE_CHARS_MAX, TOOL_CHARS_MAX } from '../../limits.js';
import { isObject, type JsonObject, textOf } from '../json/values.js';
import { oneLine } from '../text.js';
import type { MappingTable } from './mapping-table.js';

/** What a row says of controls. */
export interface StatedControls {
  /** That it states as its own. */
  readonly tags: readonly string[];
  /** Under `framework_refs`, without a basis: tags of its own, unless the file is a report of ours or made of one. */
  readonly refs: readonly string[];
  /** Refs of somebody's crosswalk, with their basis; they give no verdict. */
  readonly others: readonly string[];
}

/** What only our reports have, each enough to tell that rows come from one: whatever is left of it, and in whatever order. */
const ONLY_IN_REPORTS: ReadonlySet<string> = new Set([
  ...[
    'schema_version',
    'report_id',
    'renderer_version',
    'data_as_of',
    'framework_editions',
    'cross_framework_overlaps',
  ],
  ...[
    'receipt',
    'signature',
    'crosswalk',
    'crosswalk_pairs',
    'tenant_slug',
    'payloadType',
    'signatures',
    'predicateType',
  ],
]);
const ONLY_IN_THEIR_ROWS: ReadonlySet<string> = new Set([
  ...['evidence_excerpt_sha256', 'severity_original', 'scan_id', 'observations', 'not_seen_since', 'last_seen'],
]);

export const isOfReport = (member: string): boolean => ONLY_IN_REPORTS.has(member);

/**
 * `tags`, and the same under the names of our public documents. A ref whose mapping says `direct` is the finding's own, one with another
 * basis is not. One without any is the row's own word in a file that somebody wrote, and nobody's in a row of a report: there it may be of
 * the crosswalk, and must not come back as a tag. Members of another form than the contract's are nothing.
 */
export function statedControls(row: JsonObject, table: MappingTable): StatedControls {
  const stated = table.mappingsOf(row.mappings);
  const bases = new Map(stated.map(({ ref, basis }) => [ref, basis]));
  const refs = [...new Set([...textsOf(row.framework_refs), ...bases.keys()])];
  const isRow = Object.keys(row).some((member) => ONLY_IN_THEIR_ROWS.has(member));
  const hasNoBasis = (ref: string) => !bases.has(ref);
  const isBare = (ref: string) => hasNoBasis(ref) && row.mappings === undefined && !isRow;
  const others = refs.filter((ref) => bases.get(ref) !== 'direct' && !isBare(ref));
  return {
    tags: [...textsOf(row.tags), ...textsOf(row.risk_refs), ...refs.filter((ref) => bases.get(ref) === 'direct')],
    refs: refs.filter(isBare),
    others: others.map((ref) => statedAs(ref, bases.get(ref))),
  };
}

const statedAs = (ref: string, basis = 'a ref without a basis'): string => `${ref} (stated as ${basis})`;

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];

/** The members of a row that are read. */
const READ: ReadonlySet<string> = new Set([
  ...['title', 'severity', 'severity_scale', 'summary', 'status', 'probe', 'detector', 'tags', 'excerpt', 'hits'],
  ...['evaluations', 'discovered_at', 'framework_refs', 'risk_refs', 'mappings', 'evidence_excerpt', 'tool'],
  ...['id', 'target', 'disposition', 'location'],
]);
const NAMES_MAX = 1000;
const NAMES_TOLD_MAX = 50;

/** Counts the members that no importer reads, so that their loss shows. */
export class UnreadMembers {
  readonly #counts = new Map<string, number>();

  add(row: unknown): void {
    if (!isObject(row)) return;
    for (const member of Object.keys(row)) if (!READ.has(member)) this.count(member);
  }

  /** One that is not read, of a row or of the file. */
  count(member: string): void {
    const name = oneLine(member, NATIVE_CHARS_MAX);
    if (name === '' || (this.#counts.size >= NAMES_MAX && !this.#counts.has(name))) return;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** The most frequent ones. */
  told(): UnreadMember[] {
    return [...this.#counts]
      .sort(([a, m], [b, n]) => n - m || byCodeUnits(a, b))
      .slice(0, NAMES_TOLD_MAX)
      .map(([name, count]) => ({ name, count }));
  }
}

export const toolOf = ({ name, version = '' }: NativeTool): Tool => ({
  name: oneLine(name, TOOL_CHARS_MAX) || 'unknown',
  version: oneLine(version, TOOL_CHARS_MAX),
});

/** The tools that the rows of a report name. */
export class NamedTools {
  readonly #names = new Map<string, string>();

  add(row: unknown): void {
    const tool = isObject(row) && isObject(row.tool) ? row.tool : {};
    const name = textOf(tool.name);
    if (name !== undefined && this.#names.size < NAMES_TOLD_MAX) this.#names.set(name, textOf(tool.version) ?? '');
  }

  /** The only one; undefined when there are several or none. */
  only(): { readonly name: string; readonly version: string } | undefined {
    const [first, ...others] = this.#names;
    return first && others.length === 0 ? { name: first[0], version: first[1] } : undefined;
  }
}
