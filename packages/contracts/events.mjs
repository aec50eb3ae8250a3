// What the generator knows about events: which schema files are events, their versions, and their streams.

const FILE_NAME = /^([A-Z][A-Za-z]+)\.v(\d+)$/;

/**
 * The event types with their versions, oldest first: an event is a contract in `contracts/events` that names its
 * stream in `x-stream`. The newest version has the type's plain name; an older one is `<Type>V<n>`, so the title of its schema
 * is changed in place.
 *
 * @param contracts all contracts, as `{ folder, name, schema }`
 * @param streams contracts/streams.json
 * @returns {{ type: string, stream: string, versions: number[], sameAs?: string }[]} sorted by type; `sameAs`: the event with the same members
 * Throws when versions are missing, name different streams, or name a stream that does not exist.
 */
export function eventTypesIn(contracts, streams) {
  const types = new Map();
  for (const { folder, name, schema } of contracts) {
    const stream = schema['x-stream'];
    if (folder !== 'events' || stream === undefined) continue;
    const [, type, version] = FILE_NAME.exec(name) ?? [];
    if (type === undefined) throw new Error(`contracts/events/${name}.json: call it <Type>.v<number>.json`);
    if (!(stream in streams)) throw new Error(`${name}: contracts/streams.json has no stream "${stream}"`);
    const known = types.get(type) ?? { type, stream, versions: [], schemas: [] };
    if (known.stream !== stream) throw new Error(`${name}: all versions of an event must name the same stream`);
    known.versions.push(Number(version));
    known.schemas.push(schema);
    known.sameAs = schema.$ref?.split('.')[0];
    types.set(type, known);
  }
  const sorted = [...types.values()].sort((one, other) => (one.type < other.type ? -1 : 1));
  return sorted.map(({ type, stream, versions, schemas, sameAs }) => {
    const order = versions.toSorted((one, other) => one - other);
    if (order.some((version, index) => version !== index + 1)) {
      throw new Error(`${type} has the versions ${order.join(', ')}: keep every version from 1 on`);
    }
    const newest = order.at(-1);
    schemas.forEach((schema, index) => {
      if (versions[index] !== newest) schema.title = `${schema.title}V${versions[index]}`;
    });
    return { type, stream, versions: order, sameAs };
  });
}

/** The module with the types, versions and streams of events. */
export function eventsModuleOf(eventTypes, streams, digest) {
  const typeName = ({ type, versions, sameAs }, version) =>
    version === versions.at(-1) ? (sameAs ?? type) : `${type}V${version}`;
  const older = eventTypes.flatMap((one) => one.versions.slice(0, -1).map((version) => ({ one, version })));
  const named = new Set([
    ...eventTypes.map((one) => typeName(one, one.versions.at(-1))),
    ...older.map(({ one, version }) => typeName(one, version)),
  ]);
  const imported = [...named].sort();
  const lines = (items) => items.map((item) => `  ${item}\n`).join('');
  const typesOn = Object.keys(streams).map(
    (stream) =>
      `${stream}: [${eventTypes
        .filter((one) => one.stream === stream)
        .map(({ type }) => `'${type}'`)
        .join(', ')}],`,
  );
  return [
    `import type {\n${lines(imported.map((name) => `${name},`))}} from './types.js';\n`,
    '/** Every event there is, by type, in its newest version. */',
    `export interface EventData {\n${lines(eventTypes.map((one) => `${one.type}: ${typeName(one, one.versions.at(-1))};`))}}\n`,
    '/** How an event of an older version becomes one of the next version. One function for each, checked by the compiler. */',
    `export interface Upcasts {\n${lines(
      older.map(({ one, version }) => {
        return `'${one.type}.v${version}': (data: ${typeName(one, version)}) => ${typeName(one, version + 1)};`;
      }),
    )}}\n`,
    `/** Identifies the contracts of this build: SHA-256 over all schemas, in hex. */\nexport const contractsDigest = '${digest}';\n`,
    '/** The newest version of each event. */',
    `export const newestVersion = {\n${lines(eventTypes.map(({ type, versions }) => `${type}: ${versions.at(-1)},`))}} as const;\n`,
    '/** The event types in streams of each kind. */',
    `export const eventTypesOn = {\n${lines(typesOn)}} as const;\n`,
    '/** The names of streams. */',
    `export const streamOf = {\n${lines(Object.entries(streams).map(([key, { name }]) => `${key}: ${nameFunction(name)},`))}};\n`,
  ].join('\n');
}

/** `report-{reportId}` as an arrow function of its placeholders. */
function nameFunction(pattern) {
  const parameters = [...pattern.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
  return `(${parameters.map((one) => `${one}: string`).join(', ')}) => \`${pattern.replaceAll('{', '${')}\``;
}
