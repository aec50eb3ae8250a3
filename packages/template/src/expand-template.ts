import type { EvidenceReport, PackLine, PackNode, PackRow, PackRun, PackTemplate } from '@evidence/contracts';
import { Budget } from './budget.js';
import type { Expanded, ExpandedLine, ExpandedNode, ExpandedRow, ExpandedRun, LinePart } from './expanded.js';
import { partsOf } from './placeholders.js';

/** The value of each name, from the outside in. */
type Values = ReadonlyMap<string, unknown>;
type NodeObject = Exclude<PackNode, string>;
type ForEach = { readonly forEach: string; readonly as: string };

/** Shown for a value that the report does not have. */
const ABSENT = '–';

/**
 * The template with the report's values in it. Pure. The template must have passed `assertTemplate`. Throws
 * `TemplateTooLarge` if the result is too large to typeset.
 */
export function expandTemplate(template: PackTemplate, report: EvidenceReport): Expanded {
  const { header, footer, content, ...page } = template;
  const values: Values = new Map([['report', report]]);
  return {
    ...page,
    ...(header && { header: lineOf(header, values) }),
    ...(footer && { footer: lineOf(footer, values) }),
    content: new Expansion().sequence(content, values, '/content'),
  };
}

class Expansion {
  readonly #budget = new Budget();

  sequence(nodes: readonly PackNode[], values: Values, pointer: string): ExpandedNode[] {
    return nodes.flatMap((node, i) => {
      const at = `${pointer}/${i}`;
      if (typeof node === 'string' || node.forEach === undefined) return [this.#node(node, values, at)];
      const { forEach, as = '', content = [], empty = [] } = node;
      const items = this.#items({ forEach, as }, values, at);
      if (items.length === 0) return this.sequence(empty, values, `${at}/empty`);
      return items.flatMap((item) => this.sequence(content, item, `${at}/content`));
    });
  }

  #node(given: PackNode, values: Values, pointer: string): ExpandedNode {
    const node: NodeObject = typeof given === 'string' ? { text: given } : given;
    this.#budget.part(pointer, node.pageBreak !== undefined);
    const { text, link, stack, columns, ul, ol, table, forEach: _, as: __, content: ___, empty: ____, ...look } = node;
    if (text !== undefined) return { ...look, text: this.#runs(text, link, values, `${pointer}/text`) };
    if (stack) return { ...look, stack: this.sequence(stack, values, `${pointer}/stack`) };
    if (columns) return { ...look, columns: this.sequence(columns, values, `${pointer}/columns`) };
    if (ul) return { ...look, ul: this.sequence(ul, values, `${pointer}/ul`) };
    if (ol) return { ...look, ol: this.sequence(ol, values, `${pointer}/ol`) };
    if (table) return { ...look, table: { ...table, body: this.#rows(table.body, values, `${pointer}/table/body`) } };
    return look;
  }

  #rows(rows: readonly PackRow[], values: Values, pointer: string): ExpandedRow[] {
    return rows.flatMap((row, i) => {
      const at = `${pointer}/${i}`;
      this.#budget.part(at);
      if (Array.isArray(row)) return [this.sequence(row, values, at)];
      const items = this.#items(row, values, at);
      if (items.length === 0) return this.#rows(row.empty, values, `${at}/empty`);
      return items.flatMap((item) => this.#rows(row.rows, item, `${at}/rows`));
    });
  }

  #runs(text: string | PackRun[], link: string | undefined, values: Values, pointer: string): ExpandedRun[] {
    const runs = typeof text === 'string' ? [{ text }] : text;
    return runs.map((given) => {
      const { link: own = link, ...run } = typeof given === 'string' ? { text: given, link } : given;
      this.#budget.part(pointer);
      const url = own === undefined ? undefined : urlOf(valueAt(own, values));
      return { ...run, text: this.#budget.text(textOf(run.text, values), pointer), ...(url && { link: url }) };
    });
  }

  /** The values inside a forEach, for each item. Each item costs a part, so that a loop that shows nothing is limited too. */
  #items({ forEach, as }: ForEach, values: Values, pointer: string): Values[] {
    const list = valueAt(forEach, values);
    return (Array.isArray(list) ? list : []).map((item) => {
      this.#budget.part(pointer);
      return new Map([...values, [as, item]]);
    });
  }
}

const textOf = (text: string, values: Values): string =>
  partsOf(text)
    .map((part) => (typeof part === 'string' ? part : printed(valueAt(part.path, values))))
    .join('');

function lineOf(line: PackLine, values: Values): ExpandedLine {
  const slots = Object.entries(line).map(([slot, text]) => [
    slot,
    partsOf(text).map((part): LinePart => {
      if (typeof part === 'string') return part;
      if (part.path === 'page.number') return { page: 'number' };
      if (part.path === 'page.total') return { page: 'total' };
      return printed(valueAt(part.path, values));
    }),
  ]);
  return Object.fromEntries(slots);
}

/** Own members only. A member that this report does not have, such as a severity that was not requested, is undefined. */
function valueAt(path: string, values: Values): unknown {
  const [first = '', ...members] = path.split('.');
  return members.reduce<unknown>(
    (at, member) =>
      at !== null && typeof at === 'object' && Object.hasOwn(at, member)
        ? (at as Readonly<Record<string, unknown>>)[member]
        : undefined,
    values.get(first),
  );
}

function printed(value: unknown): string {
  if (Array.isArray(value)) return value.map(printed).join(', ') || ABSENT;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : ABSENT;
}

/** Only what a browser may open: the report's `url` is data like any other. */
const urlOf = (value: unknown): string | undefined =>
  typeof value === 'string' && /^https?:\/\//.test(value) ? value : undefined;
