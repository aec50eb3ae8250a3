import type { Basis, Relation, Strength } from '@evidence/contracts';
import { isText } from './check-catalog.js';
import type { CrosswalkPair } from './crosswalk-data.js';
import type { Catalog } from './data.js';

const BASES: readonly Exclude<Basis, 'direct'>[] = ['official', 'published', 'derived'];
const STRENGTHS: readonly Strength[] = ['primary', 'supporting'];
const RELATIONS: readonly Relation[] = ['equal', 'subset', 'superset', 'intersects', 'related'];

/** A sentence for each broken crosswalk pair. */
export function* brokenPairs(pairs: readonly CrosswalkPair[], catalogs: readonly Catalog[]): Iterable<string> {
  const ends = new Map<string, { framework: string; every?: string }>();
  for (const { framework, controls, otherEntries = [] } of catalogs) {
    for (const { ref } of otherEntries) ends.set(ref, { framework });
    for (const { ref, appliesToEvery: every } of controls) ends.set(ref, { framework, ...(every && { every }) });
  }
  const seen = new Set<string>();
  for (const pair of pairs) {
    const row = `The pair ${pair.refA}, ${pair.refB}`;
    const [a, b] = [ends.get(pair.refA), ends.get(pair.refB)];
    if (!a || !b) yield `${row}: no catalog has ${a ? pair.refB : pair.refA}.`;
    else if (a.framework === b.framework) yield `${row}: both belong to ${a.framework}.`;
    for (const [ref, end] of [
      [pair.refA, a],
      [pair.refB, b],
    ] as const)
      if (end?.every) yield `${row}: ${ref} applies to ${end.every}, so no pair may lead to it.`;
    const key = [pair.refA, pair.refB].sort().join(' ');
    if (seen.has(key)) yield `${row} is listed twice.`;
    seen.add(key);
    for (const problem of brokenStatement(pair)) yield `${row}: ${problem}`;
  }
}

function* brokenStatement(pair: CrosswalkPair): Iterable<string> {
  const { basis, strength, relation, source, licence, rationale, reviewedBy, independentSources } = pair;
  if (!BASES.includes(basis)) yield `the basis "${basis}" is not one of ${BASES.join(', ')}.`;
  if (!STRENGTHS.includes(strength)) yield `the strength "${strength}" is not one of ${STRENGTHS.join(', ')}.`;
  if (!RELATIONS.includes(relation)) yield `the relation "${relation}" is not one of ${RELATIONS.join(', ')}.`;
  // A pair that this project derived has no address of its own.
  const stated = ['publisher', 'document', 'edition', ...(basis === 'derived' ? [] : ['url'])] as const;
  for (const member of stated as readonly (keyof CrosswalkPair['source'])[])
    if (!isText(source?.[member])) yield `its source has no ${member}.`;
  if (!isText(licence)) yield 'the licence is missing.';
  if (!isText(rationale)) yield 'the rationale is missing.';
  else if (!rationale.endsWith('.') || /[.!?]["”’)]* (?=\p{Lu})/u.test(rationale))
    yield `the rationale is not one sentence: "${rationale}"`;
  if (typeof reviewedBy !== 'string') yield 'reviewedBy is missing; empty means not reviewed.';
  if (!Number.isInteger(independentSources) || independentSources < 0)
    yield 'independentSources is not a whole number.';
}
