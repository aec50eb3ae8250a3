import { documentSchemas } from '@evidence/contracts';

/**
 * The shape of a place in a report, by its contract. Members are in a Map: paths are looked up only there, so that no name
 * reaches a prototype.
 */
export type Shape =
  | { readonly kind: 'value' }
  | { readonly kind: 'list'; readonly item: Shape }
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, Shape> };

/** The keywords of our contracts that describe structure. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** The report's contract, and the contract that it refers to. */
const documents: Readonly<Record<string, Schema>> = {
  'EvidenceReport.v1': documentSchemas['EvidenceReport.v1'],
  'Vocabulary.v1': documentSchemas['Vocabulary.v1'],
};

const VALUE: Shape = { kind: 'value' };

/** The whole report. A map of counts by reason has no members that a path could name; the attached JSON has it. */
export const reportShape: Shape = shapeOf({ $ref: 'EvidenceReport.v1.json' }, 'EvidenceReport.v1');

export const pageShape: Shape = {
  kind: 'object',
  members: new Map([
    ['number', VALUE],
    ['total', VALUE],
  ]),
};

function shapeOf(schema: Schema, document: string): Shape {
  if (schema.$ref !== undefined) {
    const [file = '', fragment = ''] = schema.$ref.split('#');
    const name = file === '' ? document : file.replace('.json', '');
    const definition = fragment.replace('/$defs/', '');
    const target = definition === '' ? documents[name] : documents[name]?.$defs?.[definition];
    if (target === undefined) throw new Error(`${document} refers to ${schema.$ref}, which does not exist`);
    return shapeOf(target, name);
  }
  const [alternative] = schema.anyOf?.filter(({ type }) => type !== 'null') ?? [];
  if (alternative) return shapeOf(alternative, document);
  if (schema.type === 'array') return { kind: 'list', item: shapeOf(schema.items ?? {}, document) };
  if (schema.type !== 'object') return VALUE;
  const members = Object.entries(schema.properties ?? {});
  return { kind: 'object', members: new Map(members.map(([name, member]) => [name, shapeOf(member, document)])) };
}

/** A value, or a list of values, which is printed with commas. */
export const isPrintable = (shape: Shape): boolean =>
  shape.kind === 'value' || (shape.kind === 'list' && shape.item.kind === 'value');
