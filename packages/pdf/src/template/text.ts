import type { ExpandedRun } from '@evidence/template';
import type { FontFamily } from '../fonts.js';
import { printable, type Run } from '../printable.js';

/** The run's text with every character visible, keeping the spaces at its ends that separate it from its neighbours. */
export function piecesOf({ text }: Pick<ExpandedRun, 'text'>, font: FontFamily): Run[] {
  if (text.trim() === '') return [' '];
  const shown = printable(text, font);
  const runs = typeof shown === 'string' ? [shown] : [...shown];
  if (/^\s/.test(text)) runs.unshift(' ');
  if (/\s$/.test(text)) runs.push(' ');
  return runs;
}
