import type { PackNode } from '@evidence/contracts';
import type { Names } from './names.js';
import { violation } from './violation.js';

export type NodeObject = Exclude<PackNode, string>;

/** The place of a part, which decides the members that it may have. */
export type Place = 'flow' | 'inside' | 'column' | 'cell';

const KINDS = ['text', 'stack', 'columns', 'ul', 'ol', 'table', 'rule', 'forEach'] as const;

/** Members that a part may have in one place only. */
const PLACES = { width: 'column', fillColor: 'cell', colSpan: 'cell', pageBreak: 'flow' } as const;

const WHERE: Readonly<Record<(typeof PLACES)[keyof typeof PLACES], string>> = {
  column: 'a part of columns',
  cell: 'a cell of a table',
  flow: 'a part outside columns, lists and tables',
};

const ALLOWED_IN_FOR_EACH: ReadonlySet<string> = new Set(['forEach', 'as', 'content', 'empty']);

/** Throws `ContractError` unless the part is of exactly one kind, and a forEach has no other members. */
export function assertOneKind(node: NodeObject, pointer: string): void {
  const kinds = KINDS.filter((kind) => node[kind] !== undefined);
  if (kinds.length !== 1) {
    const held = kinds.length === 0 ? 'none' : kinds.join(' and ');
    throw violation({
      pointer,
      message: `must have exactly one of the allowed members, but has ${held}`,
      allowed: KINDS,
    });
  }
  const unfit = node.forEach === undefined ? [] : Object.keys(node).filter((name) => !ALLOWED_IN_FOR_EACH.has(name));
  if (unfit[0] === undefined) return;
  throw violation({
    pointer: `${pointer}/${unfit[0]}`,
    message: 'has no effect next to forEach: set it on the repeated part',
    allowed: [...ALLOWED_IN_FOR_EACH],
  });
}

/** Throws `ContractError` for members that a part in this place cannot have. */
export function assertPlace(node: NodeObject, pointer: string, place: Place): void {
  for (const [member, only] of Object.entries(PLACES) as [keyof typeof PLACES, (typeof PLACES)['width']][]) {
    if (node[member] === undefined || place === only) continue;
    throw violation({ pointer: `${pointer}/${member}`, message: `is allowed only on ${WHERE[only]}` });
  }
  if (node.forEach !== undefined && (place === 'column' || place === 'cell')) {
    throw violation({
      pointer,
      message: 'repeats where only one part is allowed: put it into a stack, or repeat the row',
    });
  }
}

/** A link may only lead to evidence: to a member called `url`, never to an address of the template’s own. */
export function assertLink(path: string | undefined, names: Names, pointer: string): void {
  if (path === undefined) return;
  const { shape } = names.resolve(path, `${pointer}/link`);
  if (shape.kind === 'value' && path.endsWith('.url')) return;
  throw violation({ pointer: `${pointer}/link`, message: 'is not a path to a url of the report, such as finding.url' });
}

/** Throws `ContractError` unless the cells fill the columns. */
export function assertFills(row: readonly PackNode[], pointer: string, columns: number): void {
  const filled = row.reduce((sum, cell) => sum + (typeof cell === 'string' ? 1 : (cell.colSpan ?? 1)), 0);
  if (filled === columns) return;
  throw violation({ pointer, message: `fills ${filled} of ${columns} columns: give one cell for each width` });
}
