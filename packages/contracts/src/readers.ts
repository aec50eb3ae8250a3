import type { Ajv2020, ValidateFunction } from 'ajv/dist/2020.js';
import { eventSchemas } from './generated/schemas.js';
import { openContracts } from './open-contracts.js';

const readers = new Map<string, ValidateFunction>();
let open: Ajv2020 | undefined;

/**
 * Checks what a reader relies on in an event of this schema, such as `ReportReady.v1`; undefined: there is no such schema. Each is compiled on first
 * use here, and in built programs by precompile.mjs, which puts the compiled functions in the place of this module.
 */
export function readerOf(name: string): ValidateFunction | undefined {
  const known = readers.get(name);
  if (known) return known;
  const schema = eventSchemas[name as keyof typeof eventSchemas];
  if (!schema) return undefined;
  open ??= openContracts();
  const reader = open.getSchema(schema.$id) as ValidateFunction;
  readers.set(name, reader);
  return reader;
}
