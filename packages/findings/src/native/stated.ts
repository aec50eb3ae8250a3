import type { NativeFinding, UnreadMember } from '@evidence/contracts';
import { byCodeUnits } from '@evidence/frameworks';
import { isObject, textOf } from '../json/values.js';
import { NATIVE_CHARS_MAX } from '../limits.js';
import { oneLine } from '../text.js';

/** What a row says of controls: tags that it states as its own, and refs that somebody else's crosswalk put there. */
export interface StatedControls {
  readonly tags: readonly string[];
  /** With their basis; they give no verdict. */
  readonly others: readonly string[];
}

/**
 * `tags`, and the same under the names of our public documents. In a report of ours, a ref is the finding's own only where its mapping
 * says `direct`: the report carries refs of the crosswalk too, and those must not come back as tags.
 */
export function statedControls(row: NativeFinding, isReport: boolean): StatedControls {
  const { tags = [], risk_refs = [], framework_refs = [], mappings } = row;
  if (mappings === undefined && !isReport) return { tags: [...tags, ...risk_refs, ...framework_refs], others: [] };
  const bases = new Map((mappings ?? []).map(({ ref, basis }) => [ref, basis]));
  const refs = [...new Set([...framework_refs, ...bases.keys()])];
  const isDirect = (ref: string): boolean => bases.get(ref) === 'direct';
  const others = refs.filter((ref) => !isDirect(ref));
  return {
    tags: [...tags, ...risk_refs, ...refs.filter(isDirect)],
    others: others.map((ref) => `${ref} (stated as ${bases.get(ref) ?? 'a ref without a basis'})`),
  };
}

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
