import { isObject, type JsonObject, textOf } from '../json/values.js';

/** Between why a test failed and what the model said, in the text of a cell (promptfoo 0.20 to 0.110, checked in November 2026). */
const RULE = '\n---\n';
/** How the first versions said the verdict of a cell. */
const VERDICT = /^\[(PASS|FAIL)\]\s?/;

/**
 * The results in one row of an eval's table, which until 0.94 stood beside or in place of the list of results: a test and what came of it
 * with each prompt and provider. Shaped as an entry of `results`.
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
