import type { NativeTool, Tool, UnreadMember } from '@evidence/contracts';
import { byCodeUnits } from '@evidence/frameworks';
import { NATIVE_CHARS_MAX, TOOL_CHARS_MAX } from '../../limits.js';
import { unresolvedSays } from '../../sentences/findings.js';
import { isObject, type JsonObject, textOf } from '../json/values.js';
import { oneLine } from '../text.js';
import type { MappingTable } from './mapping-table.js';

/** What a row says about controls. */
export interface StatedControls {
  /** Tags of its own. */
  readonly tags: readonly string[];
  /** Refs in `framework_refs` without a basis: tags of its own, unless the file comes from one of our reports. */
  readonly refs: readonly string[];
  /** Refs from a crosswalk, with their basis; they do not decide a verdict. */
  readonly others: readonly string[];
}

/** Members that only our reports have. Any one of them shows that the rows come from a report, however much of it is left, in any order. */
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
 * `tags`, and the same under the names of our public documents. A ref whose mapping has the basis `direct` is the finding's own; a ref with
 * another basis is not. A ref without a basis is the row's own in a file that somebody wrote, but not in a row of a report: there it may
 * come from the crosswalk and must not come back as a tag. Members that do not have the contract's form are ignored.
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
    others: others.map((ref) => unresolvedSays.statedAs(ref, bases.get(ref))),
  };
}

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

/** Counts the members that are not read, so that the loss is reported. */
export class UnreadMembers {
  readonly #counts = new Map<string, number>();

  add(row: unknown): void {
    if (!isObject(row)) return;
    for (const member of Object.keys(row)) if (!READ.has(member)) this.count(member);
  }

  /** Counts a member of a row or of the file that is not read. */
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

  /** The only tool; undefined if there are several or none. */
  only(): { readonly name: string; readonly version: string } | undefined {
    const [first, ...others] = this.#names;
    return first && others.length === 0 ? { name: first[0], version: first[1] } : undefined;
  }
}
