import type { Frameworks } from '@evidence/frameworks';
import { refsOfTags, type TagRefs } from '../refs-of-tags.js';

/** The refs of a red-team plugin, by the tags that promptfoo itself gives it; results files have no tags. No refs for an unknown plugin. */
export function refsOfPlugin(plugin: string, frameworks: Frameworks): TagRefs {
  const { tagsOf, meaningOf, version } = frameworks.tagTable('promptfoo');
  const source = `tags of the plugin in promptfoo ${version}; the file has none`;
  return refsOfTags(tagsOf(plugin) ?? [], { source, origin: 'tool_table' }, meaningOf);
}

/**
 * The refs of an attack: those of its plugin, and for each ref whether the strategy has the same tag. A tag means that
 * a preset runs the plugin or strategy, so an attack belongs to a preset that runs both. A tag of the strategy alone adds nothing: the
 * preset for Persistence runs `jailbreak` with plugins of its own, and a jailbreak with another plugin shows nothing about Persistence.
 */
export function refsOfAttack(plugin: string, strategy: string, frameworks: Frameworks): TagRefs {
  const { strategyTags, version } = frameworks.tagTable('promptfoo');
  const alsoOfStrategy = new Set(strategyTags(strategy));
  const source = `tags of the plugin and the strategy in promptfoo ${version}; the file has none`;
  const { refs, unresolvedTags } = refsOfPlugin(plugin, frameworks);
  return { refs: refs.map((each) => (alsoOfStrategy.has(each.native) ? { ...each, source } : each)), unresolvedTags };
}
