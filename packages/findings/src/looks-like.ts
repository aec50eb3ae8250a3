import type { ScanRecorded } from '@evidence/contracts';

type ScanFormat = ScanRecorded['format'];

/** Marks of each format near the beginning of its files; the first that fits. */
const MARKS: readonly (readonly [format: ScanFormat, description: string, marks: RegExp])[] = [
  ['sarif', 'SARIF', /"\$schema"\s*:\s*"[^"]{0,200}sarif|"runs"\s*:\s*\[/i],
  ['native', 'this product’s own', /"format"\s*:\s*"evidence-findings/],
  [
    'promptfoo',
    'promptfoo',
    /"evalId"|"promptfooVersion"|"gradingResult"|"results"\s*:\s*\{\s*"version"\s*:\s*\d|"table"\s*:\s*\{\s*"head"/,
  ],
  [
    'garak',
    'garak',
    /"entry_type"|"garak_version"|"probe_classname"|"detector"\s*:[^{}]*"probe"|"probe"\s*:[^{}]*"detector"/,
  ],
];

/** What to tell somebody whose file is not of the format they named, from the file's first part. */
export function looksLike(head: string): { readonly format: ScanFormat; readonly sentence: string } | undefined {
  const fits = MARKS.find(([, , marks]) => marks.test(head));
  if (!fits) return undefined;
  const [format, description] = fits;
  return { format, sentence: `It looks like ${description}: name the format ${format}.` };
}
