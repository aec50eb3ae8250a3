import { canonicalJson } from '@evidence/contracts';
import { violation } from './violation.js';

/** The limit of its canonical JSON (RFC 8785). It travels in an event, and NATS accepts 1 MiB. */
export const TEMPLATE_BYTES_MAX = 64 * 1024;
/** Nested objects and arrays, including the template itself: the same depth as a request body of the gateway. */
export const TEMPLATE_DEPTH_MAX = 32;
/** Objects, arrays and plain values. */
export const TEMPLATE_VALUES_MAX = 4_000;

/**
 * Throws `ContractError`, with the place, for a JSON value that is too deep or too large. It does not recurse, so that later
 * code may.
 */
export function assertBounds(template: unknown): void {
  const open = [{ value: template, pointer: '', depth: 1 }];
  for (let values = 1, at = open.pop(); at !== undefined; values += 1, at = open.pop()) {
    const { value, pointer, depth } = at;
    if (values > TEMPLATE_VALUES_MAX) {
      throw violation({ pointer, message: `is one value too many: the limit is ${TEMPLATE_VALUES_MAX}` });
    }
    if (typeof value === 'string' && !value.isWellFormed()) {
      throw violation({ pointer, message: 'contains half of a surrogate pair: send whole characters' });
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
    throw violation({ pointer: '', message: `has ${length} bytes; the limit is ${TEMPLATE_BYTES_MAX}` });
  }
}
