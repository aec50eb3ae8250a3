import type { Editions } from './editions.js';
import type { Resolution } from './refs.js';
import { RECORDED_EDITIONS } from './requested.js';
import type { Meaning } from './tags.js';

/**
 * Reads a text that names a control as the ref that an event records: the ref of the edition in which events are written, if that has exactly
 * the same entry (`LLM02:2023` is OWASP_LLM05); else the ref as it is, so that a retired entry never becomes its nearest relative.
 */
export function meaningReader(
  resolveRef: (text: string) => Resolution,
  { frameworkOf, carried }: Editions,
): (text: string) => Meaning {
  return (text) => {
    const named = resolveRef(text);
    if (named.kind === 'unknown') return { kind: 'none' };
    if (named.kind === 'ambiguous') return { kind: 'none', reason: `could be ${named.refs.join(' or ')}` };
    const framework = frameworkOf(named.ref);
    const recorded = framework && carried(named.ref, RECORDED_EDITIONS[framework]);
    const ref = recorded && recorded.equivalence !== 'other' ? recorded.ref : named.ref;
    return { kind: 'ref', ref, ...(named.paragraphChecked === false ? { note: 'paragraph not checked' } : {}) };
  };
}
