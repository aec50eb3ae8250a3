import type { ReportFrameworkCoverage } from '@evidence/contracts';
import type { Block } from '../writer/blocks.js';
import { paragraph, run } from './pack.js';
import { text } from './style.js';
import { shortFrameworkName } from './words.js';

/** A framework in a table: its short name, below it what the artifact calls it. */
export const frameworkCell = ({
  framework,
  edition,
}: Pick<ReportFrameworkCoverage, 'framework' | 'edition'>): Block[] => [
  paragraph([run(shortFrameworkName[framework], text.smallStrong)]),
  paragraph([run(`${framework} · edition ${edition}`, text.fine)]),
];
