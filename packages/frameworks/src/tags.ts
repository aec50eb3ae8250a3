import type { TaggingTool, TagTableData } from './data.js';

/** The meaning of a tag, as an event records it. */
export type Meaning =
  /** `note` qualifies the ref for its reader. */
  | { readonly kind: 'ref'; readonly ref: string; readonly note?: string }
  /** `reason`: why a tag that looks like the name of a control is not one. */
  | { readonly kind: 'none'; readonly reason?: string };

/** The meaning of a tool's own tags, and the tags that it assigns to its probes or plugins, taken from one version of the tool. */
export interface TagTable {
  readonly tool: TaggingTool;
  /** The newest version that the table covers. */
  readonly version: string;
  /** False for a version after `version`, whose tags may differ. True for a text that is not a version. */
  covers(version: string): boolean;
  /** The tags of a probe or plugin; undefined for an unknown one. */
  tagsOf(name: string): readonly string[] | undefined;
  /** The tags of an attack strategy; undefined for an unknown one, and if the tool has no strategies. */
  strategyTags(name: string): readonly string[] | undefined;
  /** The meaning of a tag on the probe or plugin `name`. */
  meaningOf(tag: string, name?: string): Meaning;
}

/** `meaningOf` reads the spellings that any tool may use. */
export function tagTable(data: TagTableData, meaningOf: (text: string) => Meaning): TagTable {
  const { tool, versions, spellings, doubts, probes, strategies = {} } = data;
  const patterns = spellings.map(({ pattern, means }) => ({ pattern: new RegExp(pattern), means }));
  const tagsByProbe = new Map(Object.entries(probes));
  const tagsByStrategy = new Map(Object.entries(strategies));
  return {
    tool,
    version: versions.to,
    covers: (version) => !isAfter(numbersOf(version), numbersOf(versions.to)),
    tagsOf: (name) => tagsByProbe.get(name),
    strategyTags: (name) => tagsByStrategy.get(name),
    meaningOf: (tag, name = '') => {
      const doubt = doubts.find((each) => each.tag === tag && (each.names.length === 0 || each.names.includes(name)));
      if (doubt) return { kind: 'none', reason: doubt.reason };
      const spelling = patterns.find(({ pattern }) => pattern.test(tag));
      return meaningOf(spelling ? tag.replace(spelling.pattern, spelling.means) : tag);
    },
  };
}

/** `0.16.1.pre1` is [0, 16, 1]. */
const numbersOf = (version: string): number[] => /^\d+(?:\.\d+)*/.exec(version)?.[0].split('.').map(Number) ?? [];

function isAfter(a: readonly number[], b: readonly number[]): boolean {
  const index = a.findIndex((number, at) => number !== (b[at] ?? 0));
  return index >= 0 && (a[index] ?? 0) > (b[index] ?? 0);
}
