import { isObject, type JsonObject, textOf } from '../json/values.js';

/** Separates the reason of a failure from the output in the text of a cell (promptfoo 0.20 to 0.110, checked in November 2026). */
const RULE = '\n---\n';
/** The verdict of a cell in the first versions. */
const VERDICT = /^\[(PASS|FAIL)\]\s?/;

/**
 * The results in one row of an eval's table: a test and its outcome with each prompt and provider, in the form of entries of `results`. Until
 * 0.94, files had a table in addition to the list of results or in place of it.
 */
export function resultsOfTableRow(row: unknown): unknown[] {
  if (!isObject(row) || !Array.isArray(row.outputs)) return [row];
  return row.outputs.map((cell: unknown) => resultOfCell(cell, row));
}

function resultOfCell(cell: unknown, { test, description }: JsonObject): unknown {
  const { text: said = cell, pass, ...known }: JsonObject = isObject(cell) ? cell : {};
  const verdict = VERDICT.exec(textOf(said) ?? '')?.[1];
  const success = pass ?? (verdict && verdict === 'PASS');
  const { why, output } = partsOf(typeof said === 'string' ? said.replace(VERDICT, '') : said, success === false);
  return { testCase: test, description, error: why, response: { output }, ...known, success };
}

function partsOf(text: unknown, hasFailed: boolean): { readonly why?: string; readonly output: unknown } {
  const at = hasFailed && typeof text === 'string' ? text.indexOf(RULE) : -1;
  if (at < 0) return { output: text };
  return { why: (text as string).slice(0, at), output: (text as string).slice(at + RULE.length) };
}
