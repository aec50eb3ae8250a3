import type { Ajv2020, Options } from 'ajv/dist/2020.js';
import { compilerOf } from './compiler.js';
import { documentSchemas, eventSchemas } from './generated/schemas.js';

/** Knows the contracts without `additionalProperties: false`: only what a reader relies on. */
export const openContracts = (options: Options = {}): Ajv2020 =>
  compilerOf([...Object.values(documentSchemas), ...Object.values(eventSchemas)].map(opened) as object[], options);

function opened(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(opened);
  if (node === null || typeof node !== 'object') return node;
  const isClosing = ([key, value]: [string, unknown]): boolean =>
    (key === 'additionalProperties' || key === 'unevaluatedProperties') && value === false;
  const members = Object.entries(node).filter((member) => !isClosing(member));
  return Object.fromEntries(members.map(([key, value]) => [key, key === 'examples' ? value : opened(value)]));
}
