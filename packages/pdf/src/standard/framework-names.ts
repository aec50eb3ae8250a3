import type { ReportFrameworkCoverage } from '@evidence/contracts';
import type { Block } from '../writer/blocks.js';
import { paragraph, run } from './pack.js';
import { edition as inEdition } from './sentences/cover.js';
import { shortFrameworkName } from './sentences/names.js';
import { text } from './style.js';

/** A framework in a table: its short name, and below it the artifact’s name for it. */
export const frameworkCell = ({
  framework,
  edition,
}: Pick<ReportFrameworkCoverage, 'framework' | 'edition'>): Block[] => [
  paragraph([run(shortFrameworkName[framework], text.smallStrong)]),
  paragraph([run(inEdition(framework, edition), text.fine)]),
];
