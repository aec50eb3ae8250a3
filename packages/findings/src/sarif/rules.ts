import { ImportRefusal } from '../import-refusal.js';
import { isObject, type JsonObject, textOf } from '../json/values.js';
import { NAME_CHARS_MAX, TAGS_MAX } from '../limits.js';
import { oneLine } from '../text.js';

const RULES_MAX = 20_000;
const TEXT_CHARS_MAX = 400;
const MESSAGES_MAX = 32;

/** What a result needs to know of its rule (a `reportingDescriptor`, SARIF 2.1.0 §3.49). */
export interface Rule {
  readonly id: string;
  readonly title: string;
  /** `defaultConfiguration.level`; undefined when the rule does not say. */
  readonly level: string | undefined;
  readonly securitySeverity: unknown;
  readonly tags: readonly string[];
  readonly messages: ReadonlyMap<string, string>;
}

/** How a rule is referred to (§3.27.5 to §3.27.7, §3.52); an absent index is -1, and so is the driver among the extensions. */
export interface RuleName {
  readonly id: string;
  readonly guid: string;
  readonly index: number;
  readonly extension: number;
}

/** From a `reportingDescriptorReference` (§3.52), and from what a result says of its rule beside it. */
export function ruleNameOf(
  reference: JsonObject,
  { ruleId, ruleIndex }: { readonly ruleId?: unknown; readonly ruleIndex?: unknown } = {},
): RuleName {
  const { toolComponent } = reference;
  return {
    id: oneLine(textOf(ruleId) ?? textOf(reference.id) ?? '', NAME_CHARS_MAX),
    guid: oneLine(textOf(reference.guid) ?? '', NAME_CHARS_MAX).toLowerCase(),
    index: indexOf(reference.index ?? ruleIndex),
    extension: indexOf(isObject(toolComponent) ? toolComponent.index : undefined),
  };
}

/** An array index (§3.7.4): -1 where there is none. */
export const indexOf = (value: unknown): number => (Number.isSafeInteger(value) ? Math.max(value as number, -1) : -1);

/** The rules of one run, by component: the driver is -1, extensions count from 0. */
export class Rules {
  readonly #byIndex = new Map<string, Rule>();
  readonly #byId = new Map<string, Rule>();
  readonly #byGuid = new Map<string, Rule>();

  /** Throws `ImportRefusal` `too_many_results`. */
  add(extension: number, index: number, descriptor: unknown): void {
    if (!isObject(descriptor)) return;
    if (this.#byIndex.size >= RULES_MAX) {
      const message = `A run has more than ${RULES_MAX} rules; split the file.`;
      throw new ImportRefusal('too_many_results', message, { rulesMax: RULES_MAX });
    }
    const rule = ruleOf(descriptor);
    this.#byIndex.set(`${extension}/${index}`, rule);
    if (rule.id !== '' && !this.#byId.has(rule.id)) this.#byId.set(rule.id, rule);
    const guid = textOf(descriptor.guid);
    if (guid !== undefined) this.#byGuid.set(guid.toLowerCase(), rule);
  }

  /** By guid or index where there is one, else by id, where `CA1000/1` is a part of rule `CA1000` (§3.27.5). */
  find({ id, guid, index, extension }: RuleName): Rule | undefined {
    const byGuid = guid === '' ? undefined : this.#byGuid.get(guid);
    if (byGuid) return byGuid;
    const byIndex = index >= 0 ? this.#byIndex.get(`${extension}/${index}`) : undefined;
    if (byIndex && (id === '' || isPartOf(id, byIndex.id))) return byIndex;
    for (let name = id; name !== ''; name = name.slice(0, Math.max(name.lastIndexOf('/'), 0))) {
      const byId = this.#byId.get(name);
      if (byId) return byId;
    }
    return byIndex;
  }
}

const isPartOf = (id: string, rule: string): boolean => id === rule || id.startsWith(`${rule}/`);

function ruleOf(descriptor: JsonObject): Rule {
  const id = oneLine(textOf(descriptor.id) ?? '', NAME_CHARS_MAX);
  const configuration = isObject(descriptor.defaultConfiguration) ? descriptor.defaultConfiguration : {};
  const properties = isObject(descriptor.properties) ? descriptor.properties : {};
  return {
    id,
    title: titleOf(descriptor),
    level: textOf(configuration.level),
    securitySeverity: properties['security-severity'],
    tags: [...tagsOf(properties), ...relatedTaxa(descriptor.relationships)].slice(0, TAGS_MAX),
    messages: messagesOf(descriptor.messageStrings),
  };
}

const titleOf = ({ shortDescription, fullDescription, name }: JsonObject): string =>
  sentenceOf(shortDescription) || oneLine(textOf(name) ?? '', TEXT_CHARS_MAX) || sentenceOf(fullDescription);

const sentenceOf = (message: unknown): string =>
  isObject(message) ? oneLine(textOf(message.text) ?? textOf(message.markdown) ?? '', TEXT_CHARS_MAX) : '';

/** `multiformatMessageString`s by name (§3.12). */
export function messagesOf(strings: unknown): ReadonlyMap<string, string> {
  const named = isObject(strings) ? Object.entries(strings).slice(0, MESSAGES_MAX) : [];
  return new Map(named.map(([name, string]) => [name, isObject(string) ? (textOf(string.text) ?? '') : '']));
}

/** `tags` of a property bag (§3.8.2). */
export const tagsOf = ({ tags }: JsonObject): string[] =>
  Array.isArray(tags)
    ? tags.filter((tag) => textOf(tag) !== undefined).map((tag: string) => oneLine(tag, NAME_CHARS_MAX))
    : [];

const relatedTaxa = (relationships: unknown): string[] =>
  Array.isArray(relationships) ? taxaOf(relationships.map((relation) => isObject(relation) && relation.target)) : [];

/** Ids that say themselves whose they are, whatever somebody calls the taxonomy. */
const SELF_NAMED = /^(?:AML\.|ASI-?\d\d|LLM\d\d:\d{4}$)/i;

/**
 * References to taxa (§3.27.8, §3.53) as tags: the taxonomy's name and the id, `CWE-79`, `GDPR Article 15`, since the id alone may be of
 * another taxonomy with us (`A.6.2.2` is of ISO 27001 too); the id alone where it names its taxonomy itself, or nothing else does.
 */
export function taxaOf(references: unknown): string[] {
  if (!Array.isArray(references)) return [];
  return references.filter(isObject).flatMap(({ id, toolComponent }) => {
    const taxon = oneLine(textOf(id) ?? '', NAME_CHARS_MAX);
    if (taxon === '') return [];
    if (!isObject(toolComponent) || SELF_NAMED.test(taxon)) return [taxon];
    const taxonomy = oneLine(textOf(toolComponent.name) ?? '', NAME_CHARS_MAX) || '(unnamed taxonomy)';
    return [`${taxonomy}${/^\d/.test(taxon) ? '-' : ' '}${taxon}`];
  });
}
