import type { Frameworks } from '@evidence/frameworks';
import { tagsFrom, unresolvedSays } from '../../sentences/findings.js';
import type { JsonObject } from '../json/values.js';
import { cutTags, recordedRefs, type TagRefs, unitedTags } from '../refs-of-tags.js';
import type { MappingTable } from './mapping-table.js';
import { statedControls } from './stated.js';

/** What a row says about controls, before it is known whether its file comes from one of our reports. JSON. */
export interface RowControls {
  readonly own: TagRefs;
  /** If it does, refs without a basis do not count. */
  readonly inReport: TagRefs;
}

export const NO_CONTROLS: RowControls = {
  own: { refs: [], unresolvedTags: [] },
  inReport: { refs: [], unresolvedTags: [] },
};

export const tagRefsOf = (tags: Iterable<unknown>, frameworks: Frameworks): TagRefs =>
  recordedRefs(tags, tagsFrom.native, frameworks);

export function controlsOf(row: JsonObject, table: MappingTable, frameworks: Frameworks): RowControls {
  const { tags, refs, others } = statedControls(row, table);
  const together = (own: readonly string[], theirs: readonly string[]): TagRefs => {
    const { refs: found, unresolvedTags } = tagRefsOf(own, frameworks);
    return { refs: found, unresolvedTags: cutTags([...unresolvedTags, ...theirs]) };
  };
  const own = together([...tags, ...refs], others);
  const bare = refs.map((ref) => unresolvedSays.statedAs(ref, undefined));
  return { own, inReport: refs.length === 0 ? own : together(tags, [...others, ...bare]) };
}

export const united = (...all: readonly RowControls[]): RowControls => ({
  own: unitedTags(all.map(({ own }) => own)),
  inReport: unitedTags(all.map(({ inReport }) => inReport)),
});

/** The refs and tags that all of them share. */
export function commonTo(all: readonly RowControls[]): RowControls {
  const common = (member: keyof RowControls): TagRefs => {
    const [first = NO_CONTROLS.own, ...others] = all.map((each) => each[member]);
    return {
      refs: first.refs.filter(({ ref }) => others.every(({ refs }) => refs.some((other) => other.ref === ref))),
      unresolvedTags: first.unresolvedTags.filter((tag) => others.every((each) => each.unresolvedTags.includes(tag))),
    };
  };
  return { own: common('own'), inReport: common('inReport') };
}
