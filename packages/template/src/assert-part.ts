import type { PackNode } from '@evidence/contracts';
import type { Scope } from './scope.js';
import { violation } from './violation.js';

export type NodeObject = Exclude<PackNode, string>;

/** Where a part stands, which decides what may be said of it. */
export type Place = 'flow' | 'inside' | 'column' | 'cell';

const KINDS = ['text', 'stack', 'columns', 'ul', 'ol', 'table', 'rule', 'forEach'] as const;

/** What only a part in one place can have. */
const PLACES = { width: 'column', fillColor: 'cell', colSpan: 'cell', pageBreak: 'flow' } as const;

const WHERE: Readonly<Record<(typeof PLACES)[keyof typeof PLACES], string>> = {
  column: 'a part of columns',
  cell: 'a cell of a table',
  flow: 'what stands outside columns, lists and tables',
};

const ALLOWED_IN_FOR_EACH: ReadonlySet<string> = new Set(['forEach', 'as', 'content', 'empty']);

/** Throws `ContractError` unless the part is of one kind, and a forEach nothing else beside. */
export function assertOneKind(node: NodeObject, pointer: string): void {
  const kinds = KINDS.filter((kind) => node[kind] !== undefined);
  if (kinds.length !== 1) {
    const held = kinds.length === 0 ? 'none' : kinds.join(' and ');
    throw violation({ pointer, message: `must hold exactly one of allowed, and holds ${held}`, allowed: KINDS });
  }
  const unfit = node.forEach === undefined ? [] : Object.keys(node).filter((name) => !ALLOWED_IN_FOR_EACH.has(name));
  if (unfit[0] === undefined) return;
  throw violation({
    pointer: `${pointer}/${unfit[0]}`,
    message: 'has no meaning beside forEach: say it of what is repeated',
    allowed: [...ALLOWED_IN_FOR_EACH],
  });
}

/** Throws `ContractError` for what cannot be said of a part that stands here. */
export function assertPlace(node: NodeObject, pointer: string, place: Place): void {
  for (const [member, only] of Object.entries(PLACES) as [keyof typeof PLACES, (typeof PLACES)['width']][]) {
    if (node[member] === undefined || place === only) continue;
    throw violation({ pointer: `${pointer}/${member}`, message: `can be said only of ${WHERE[only]}` });
  }
  if (node.forEach !== undefined && (place === 'column' || place === 'cell')) {
    throw violation({ pointer, message: 'repeats where one part stands: put it into a stack, or repeat the row' });
  }
}

/** What a link leads to is evidence: only members called `url` are, and none of the template’s own making. */
export function assertLink(path: string | undefined, scope: Scope, pointer: string): void {
  if (path === undefined) return;
  const { shape } = scope.resolve(path, `${pointer}/link`);
  if (shape.kind === 'value' && path.endsWith('.url')) return;
  throw violation({ pointer: `${pointer}/link`, message: 'is no path to a url of the report, such as finding.url' });
}

/** Throws `ContractError` unless the cells fill the columns. */
export function assertFills(row: readonly PackNode[], pointer: string, columns: number): void {
  const filled = row.reduce((sum, cell) => sum + (typeof cell === 'string' ? 1 : (cell.colSpan ?? 1)), 0);
  if (filled === columns) return;
  throw violation({ pointer, message: `fills ${filled} columns of ${columns}: give one cell for each width` });
}
