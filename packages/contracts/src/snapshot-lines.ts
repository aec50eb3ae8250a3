import type { CountsByReason, MappingLine, ScopeLine } from './generated/types.js';
import { valuesOfLines } from './json-lines.js';
import { scopeSnapshotOf } from './snapshots.js';
import { assertDocument, ContractError } from './validation.js';

/** Snapshots of media type `application/json` come from earlier releases, and are one document each. */
export const SCOPE_MEDIA_TYPE = 'application/vnd.evidence.scope+jsonl';
export const MAPPING_MEDIA_TYPE = 'application/vnd.evidence.mapping+jsonl';

/** In their order. */
const SCOPE_KINDS = ['header', 'disposition', 'finding', 'outside', 'openElsewhen', 'totals', 'scan'] as const;
const MAPPING_KINDS = [
  ...(['header', 'mapping', 'tag', 'coverage', 'overlap', 'ref', 'pair', 'unresolvedTag'] as const),
];

/**
 * The lines of a stored scope snapshot. Checks each line, their order, and that none is missing. Throws `SyntaxError` and `ContractError` for an
 * invalid snapshot, and whatever `chunks` throws. `checked`: every line of these bytes has been checked before, so only the order and the
 * completeness are checked.
 */
export async function* scopeLinesIn(
  chunks: AsyncIterable<Uint8Array>,
  { checked = false }: { readonly checked?: boolean } = {},
): AsyncGenerator<ScopeLine> {
  const counts = { finding: 0, scan: 0 };
  let totals: ScopeLine['totals'];
  for await (const lines of linesIn<ScopeLine>('ScopeLine.v1', SCOPE_KINDS, chunks, checked)) {
    for (const line of lines) {
      totals ??= line.totals;
      if (line.finding) counts.finding += 1;
      if (line.scan) counts.scan += 1;
      yield line;
    }
  }
  if (totals === undefined) throw broken('ScopeLine.v1', 'has no totals');
  for (const [kind, stated] of [['finding', totals.included] as const, ['scan', totals.scans] as const])
    if (counts[kind] !== stated)
      throw broken('ScopeLine.v1', `has ${counts[kind]} lines with a ${kind}, and states ${stated}`);
}

/** The lines of a scope snapshot that is one document, whatever release stored it. Throws `SyntaxError` and `ContractError`. */
export function* scopeLinesOf(document: Uint8Array): Generator<ScopeLine> {
  const { tenant, scope, findings, dispositions, scans, counts, ...others } = scopeSnapshotOf(document);
  const { outside = [], openElsewhen, unreadableEvents } = others;
  yield { header: { tenant, scope } };
  for (const disposition of dispositions) yield { disposition };
  for (const finding of findings) yield { finding };
  for (const each of outside) yield { outside: each };
  const elsewhen: CountsByReason = {};
  for (const each of openElsewhen ?? []) {
    elsewhen[each.reason] = (elsewhen[each.reason] ?? 0) + each.findings;
    yield { openElsewhen: each };
  }
  const redactions = [...findings, ...dispositions, ...scans].reduce((sum, each) => sum + (each.redactions ?? 0), 0);
  const stated = {
    ...(redactions > 0 && { redactions }),
    ...(openElsewhen && { openElsewhen: elsewhen }),
    ...(unreadableEvents && { unreadableEvents }),
  };
  yield { totals: { ...counts, scans: scans.length, ...stated } };
  for (const scan of scans) yield { scan };
}

/** Like `scopeLinesIn`, for a mapping snapshot. */
export async function* mappingLinesIn(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<MappingLine> {
  for await (const lines of linesIn<MappingLine>('MappingLine.v1', MAPPING_KINDS, chunks, false)) yield* lines;
}

/** The lines that end in each chunk. */
async function* linesIn<Line extends object>(
  name: 'ScopeLine.v1' | 'MappingLine.v1',
  kinds: readonly string[],
  chunks: AsyncIterable<Uint8Array>,
  checked: boolean,
): AsyncGenerator<readonly Line[]> {
  let problem: ContractError | undefined;
  let last = -1;
  for await (const values of valuesOfLines(chunks)) {
    // Read to the end anyway: if these are not the bytes that were stored, that error comes first.
    if (problem) continue;
    const lines: Line[] = [];
    for (const value of values) {
      problem = checked ? undefined : problemOf(name, value);
      if (problem) break;
      const line = value as Line;
      const kind = kinds.indexOf(Object.keys(line)[0] ?? '');
      const isOnce = kinds[kind] === 'header' || kinds[kind] === 'totals';
      if (kind < last || (kind === last && isOnce) || (last < 0 && kind !== 0)) {
        problem = broken(name, `has a line with ${kinds[kind]} in a place where none can be`);
        break;
      }
      last = kind;
      lines.push(line);
    }
    yield lines;
  }
  if (problem) throw problem;
  if (last < 0) throw broken(name, 'is empty');
}

function problemOf(name: 'ScopeLine.v1' | 'MappingLine.v1', value: unknown): ContractError | undefined {
  try {
    assertDocument(name, value);
    return undefined;
  } catch (error) {
    if (error instanceof ContractError) return error;
    throw error;
  }
}

const broken = (name: string, what: string): ContractError =>
  new ContractError(name, [{ pointer: '', message: `the snapshot ${what}` }]);
