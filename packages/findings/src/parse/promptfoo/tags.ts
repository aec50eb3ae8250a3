import type { Frameworks } from '@evidence/frameworks';
import { tagsFrom } from '../../sentences/findings.js';
import { refsOfTags, type TagRefs } from '../refs-of-tags.js';

/** The refs of a red-team plugin from the tags that promptfoo assigns to it, because its files have no tags. An unknown plugin has no refs. */
export function refsOfPlugin(plugin: string, frameworks: Frameworks): TagRefs {
  const { tagsOf, meaningOf, version } = frameworks.tagTable('promptfoo');
  const source = tagsFrom.promptfooPlugin(version);
  return refsOfTags(tagsOf(plugin) ?? [], { source, origin: 'tool_table' }, meaningOf);
}

/**
 * The refs of an attack: those of its plugin, each with the fact whether the strategy has the same tag. A tag means that a preset runs the
 * plugin or the strategy, so an attack belongs to a preset that runs both. A tag of the strategy alone adds no ref: the preset for
 * Persistence runs `jailbreak` with plugins of its own, and a jailbreak with another plugin shows nothing about Persistence.
 */
export function refsOfAttack(plugin: string, strategy: string, frameworks: Frameworks): TagRefs {
  const { strategyTags, version } = frameworks.tagTable('promptfoo');
  const alsoOfStrategy = new Set(strategyTags(strategy));
  const source = tagsFrom.promptfooPluginAndStrategy(version);
  const { refs, unresolvedTags } = refsOfPlugin(plugin, frameworks);
  return { refs: refs.map((each) => (alsoOfStrategy.has(each.native) ? { ...each, source } : each)), unresolvedTags };
}
