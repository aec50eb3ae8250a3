import { canonicalJson } from '@evidence/contracts';
import { violation } from './violation.js';

/** Of its canonical JSON (RFC 8785). It travels in an event, of which NATS takes 1 MiB. */
export const TEMPLATE_BYTES_MAX = 64 * 1024;
/** Of objects and arrays, the template itself included: as deep as a body of the gateway. */
export const TEMPLATE_DEPTH_MAX = 32;
/** Objects, arrays and plain values. */
export const TEMPLATE_VALUES_MAX = 4_000;

/**
 * Throws `ContractError`, with the place, for a JSON value that is too deep or too large. It walks without
 * recursion, so that whoever comes after it may recur.
 */
export function assertBounds(template: unknown): void {
  const open = [{ value: template, pointer: '', depth: 1 }];
  for (let values = 1, at = open.pop(); at !== undefined; values += 1, at = open.pop()) {
    const { value, pointer, depth } = at;
    if (values > TEMPLATE_VALUES_MAX) {
      throw violation({ pointer, message: `is one value too many: a template has ${TEMPLATE_VALUES_MAX} at most` });
    }
    if (typeof value === 'string' && !value.isWellFormed()) {
      throw violation({ pointer, message: 'holds half of a surrogate pair: send whole characters' });
    }
    if (value === null || typeof value !== 'object') continue;
    if (depth > TEMPLATE_DEPTH_MAX) {
      throw violation({ pointer, message: `is nested deeper than ${TEMPLATE_DEPTH_MAX} levels: flatten it` });
    }
    for (const [name, child] of Object.entries(value).reverse()) {
      const member = name.replaceAll('~', '~0').replaceAll('/', '~1').toWellFormed();
      open.push({ value: child, pointer: `${pointer}/${member}`, depth: depth + 1 });
    }
  }
  const { length } = canonicalJson(template);
  if (length > TEMPLATE_BYTES_MAX) {
    throw violation({ pointer: '', message: `has ${length} bytes, and ${TEMPLATE_BYTES_MAX} are taken at most` });
  }
}
