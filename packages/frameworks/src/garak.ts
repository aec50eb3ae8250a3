import type { GarakTags } from './data.js';

export interface GarakTranslation {
  /**
   * The ref, in the recorded edition, that an OWASP tag of garak's means. garak's `owasp:llmNN` count in the list of 2023, whatever
   * its age (garak/data/tags.misp.tsv, checked at 0.16.1.pre1 in November 2026), so `owasp:llm06` is OWASP_LLM02. Undefined for
   * `owasp:llm07`, which has no successor, for other tags, and for the tag by which `probe` mixes in another edition.
   */
  garakTag(tag: string, probe?: string): string | undefined;
  /** The OWASP tags that garak itself gives a probe, for files that name none; undefined for an unknown probe. */
  garakProbeTags(probe: string): readonly string[] | undefined;
  /** The garak that `garakProbeTags` was taken from. */
  readonly garakVersion: string;
}

export function garakTranslation({ translation, probes, toolVersion }: GarakTags): GarakTranslation {
  const refs = new Map(Object.entries(translation));
  const byName = new Map(probes.map((each) => [each.probe, each]));
  return {
    garakTag: (tag, probe = '') => (byName.get(probe)?.untranslated?.includes(tag) ? undefined : refs.get(tag)),
    garakProbeTags: (probe) => byName.get(probe)?.tags,
    garakVersion: toolVersion,
  };
}
