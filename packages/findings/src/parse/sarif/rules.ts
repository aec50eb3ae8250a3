import { ImportRefusal } from '../../import-refusal.js';
import { NAME_CHARS_MAX, TAGS_LOOKED_AT_MAX } from '../../limits.js';
import { tooManySays } from '../../sentences/files.js';
import { isObject, type JsonObject, textOf } from '../json/values.js';
import { oneLine } from '../text.js';
import { type StatedSeverities, statedSeverities } from './severity.js';
import { type StatedTag, statedTags } from './stated-tags.js';

const RULES_MAX = 20_000;
const COMPONENTS_MAX = 1000;
const TEXT_CHARS_MAX = 400;
const MESSAGES_MAX = 32;

/** What a result needs to know of its rule (a `reportingDescriptor`, SARIF 2.1.0 §3.49). */
export interface Rule {
  readonly id: string;
  readonly title: string;
  /** `defaultConfiguration.level`; undefined if the rule does not state it. */
  readonly level: string | undefined;
  readonly severities: StatedSeverities;
  readonly tags: readonly StatedTag[];
  readonly taxa: readonly TaxonName[];
  readonly messages: ReadonlyMap<string, string>;
}

/** A reference to a rule (§3.27.5 to §3.27.7, §3.52); an absent index is -1. */
export interface RuleName {
  readonly id: string;
  readonly guid: string;
  readonly index: number;
  readonly component: ComponentName;
}

/** A reference to the driver or an extension (§3.54): an empty one means the driver, one with an index an extension. */
export interface ComponentName {
  readonly index: number;
  readonly guid: string;
  readonly name: string;
}

/** From a `reportingDescriptorReference` (§3.52) and the result's own `ruleId` and `ruleIndex`. */
export function ruleNameOf(
  reference: JsonObject,
  { ruleId, ruleIndex }: { readonly ruleId?: unknown; readonly ruleIndex?: unknown } = {},
): RuleName {
  return {
    id: oneLine(textOf(ruleId) ?? textOf(reference.id) ?? '', NAME_CHARS_MAX),
    guid: guidOf(reference.guid),
    index: indexOf(reference.index ?? ruleIndex),
    component: componentNameOf(isObject(reference.toolComponent) ? reference.toolComponent : {}),
  };
}

const componentNameOf = ({ index, guid, name }: JsonObject): ComponentName => ({
  index: indexOf(index),
  guid: guidOf(guid),
  name: oneLine(textOf(name) ?? '', NAME_CHARS_MAX),
});

const guidOf = (value: unknown): string => oneLine(textOf(value) ?? '', NAME_CHARS_MAX).toLowerCase();

/** An array index (§3.7.4); -1 if there is none. */
export const indexOf = (value: unknown): number => (Number.isSafeInteger(value) ? Math.max(value as number, -1) : -1);

/** The driver's index among the extensions, which count from 0. */
export const DRIVER = -1;

/** The rules of one run, by component: the driver or an extension. */
export class Rules {
  readonly #byIndex = new Map<string, Rule>();
  readonly #byId = new Map<string, Rule>();
  readonly #byGuid = new Map<string, Rule>();
  readonly #components = { guid: new Map<string, number>(), name: new Map<string, number>() };

  /** Throws `ImportRefusal` `too_many_results`. */
  add(component: number, index: number, descriptor: unknown): void {
    if (!isObject(descriptor)) return;
    if (this.#byIndex.size >= RULES_MAX) {
      throw new ImportRefusal('too_many_results', tooManySays.rules(RULES_MAX), { rulesMax: RULES_MAX });
    }
    const rule = ruleOf(descriptor);
    this.#byIndex.set(`${component}/${index}`, rule);
    for (const id of [rule.id, ofComponent(component, rule.id)])
      if (rule.id !== '' && !this.#byId.has(id)) this.#byId.set(id, rule);
    const guid = guidOf(descriptor.guid);
    if (guid !== '') this.#byGuid.set(guid, rule);
  }

  /** Adds the guid or name of a component, for references without an index. */
  addComponent(component: number, by: 'guid' | 'name', value: unknown): void {
    const name = by === 'guid' ? guidOf(value) : oneLine(textOf(value) ?? '', NAME_CHARS_MAX);
    const known = this.#components[by];
    if (known.size < COMPONENTS_MAX && !known.has(name)) known.set(name, component);
  }

  /**
   * By guid or index if there is one, else by id, where `CA1000/1` is a part of rule `CA1000` (§3.27.5); in the named component, else in any
   * that has the id.
   */
  find({ id, guid, index, component: named }: RuleName): Rule | undefined {
    const byGuid = guid === '' ? undefined : this.#byGuid.get(guid);
    if (byGuid) return byGuid;
    const component = this.#componentOf(named);
    const byIndex = component !== undefined && index >= 0 ? this.#byIndex.get(`${component}/${index}`) : undefined;
    if (byIndex && (id === '' || isPartOf(id, byIndex.id))) return byIndex;
    for (let name = id; name !== ''; name = name.slice(0, Math.max(name.lastIndexOf('/'), 0))) {
      const byId = this.#byId.get(ofComponent(component ?? DRIVER, name)) ?? this.#byId.get(name);
      if (byId) return byId;
    }
    return byIndex;
  }

  /** Undefined for a component that the run does not have, so that no rule of another component is used in its place. */
  #componentOf({ index, guid, name }: ComponentName): number | undefined {
    if (index >= 0) return index;
    if (guid === '' && name === '') return DRIVER;
    return this.#components.guid.get(guid) ?? this.#components.name.get(name);
  }
}

/** The line feed keeps it apart from ids of rules, which never begin with one. */
const ofComponent = (component: number, id: string): string => `\n${component}/${id}`;

const isPartOf = (id: string, rule: string): boolean => id === rule || id.startsWith(`${rule}/`);

function ruleOf(descriptor: JsonObject): Rule {
  const id = oneLine(textOf(descriptor.id) ?? '', NAME_CHARS_MAX);
  const configuration = isObject(descriptor.defaultConfiguration) ? descriptor.defaultConfiguration : {};
  const properties = isObject(descriptor.properties) ? descriptor.properties : {};
  return {
    id,
    title: titleOf(descriptor),
    level: textOf(configuration.level),
    severities: statedSeverities(properties),
    tags: statedTags(properties),
    taxa: relatedTaxa(descriptor.relationships),
    messages: messagesOf(descriptor.messageStrings),
  };
}

const titleOf = ({ shortDescription, fullDescription, name }: JsonObject): string =>
  textOfMessage(shortDescription) || oneLine(textOf(name) ?? '', TEXT_CHARS_MAX) || textOfMessage(fullDescription);

const textOfMessage = (message: unknown): string =>
  isObject(message) ? oneLine(textOf(message.text) ?? textOf(message.markdown) ?? '', TEXT_CHARS_MAX) : '';

/** `multiformatMessageString`s by name (§3.12). */
export function messagesOf(strings: unknown): ReadonlyMap<string, string> {
  const named = isObject(strings) ? Object.entries(strings).slice(0, MESSAGES_MAX) : [];
  return new Map(named.map(([name, string]) => [name, isObject(string) ? (textOf(string.text) ?? '') : '']));
}

const relatedTaxa = (relationships: unknown): TaxonName[] =>
  Array.isArray(relationships)
    ? taxaOf(relationships.map((relation) => (isObject(relation) ? relation.target : undefined)))
    : [];

/** A reference to a taxon (§3.27.8, §3.52). JSON. */
export interface TaxonName {
  readonly id: string;
  /** Its index in the taxonomy; -1 if it is not given. */
  readonly index: number;
  /** Undefined: it names no taxonomy. */
  readonly taxonomy: ComponentName | undefined;
  /** How many further references it stands for, which were not read. */
  readonly leftOut?: number;
}

export function taxaOf(references: unknown): TaxonName[] {
  if (!Array.isArray(references)) return [];
  const taxa = references.filter(isObject).map(({ id, index, toolComponent }) => ({
    id: oneLine(textOf(id) ?? '', NAME_CHARS_MAX),
    index: indexOf(index),
    taxonomy: isObject(toolComponent) ? componentNameOf(toolComponent) : undefined,
  }));
  const leftOut = taxa.length - TAGS_LOOKED_AT_MAX;
  if (leftOut <= 0) return taxa;
  return [...taxa.slice(0, TAGS_LOOKED_AT_MAX), { id: '', index: -1, taxonomy: undefined, leftOut }];
}
