import { bundled } from './bundle.mjs';

/**
 * The AsyncAPI document for tools: bundled, each message with a schema that has a name.
 *
 * @param source contracts/bus/asyncapi.yaml, parsed
 * @param schemas the contracts by file name
 */
export function asyncApiOf(source, schemas) {
  const document = bundled(source, schemas);
  for (const [name, { payload }] of Object.entries(document.components.messages)) {
    document.components.schemas[`${name}Message`] = payload.schema;
    payload.schema = { $ref: `#/components/schemas/${name}Message` };
  }
  return document;
}
