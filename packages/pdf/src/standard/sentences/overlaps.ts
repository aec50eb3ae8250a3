import type { Basis } from '@evidence/contracts';
import { count, counted } from '../words.js';

export const overlapsSay = {
  title: 'Overlaps between frameworks',
  heads: {
    control: 'Control',
    findings: 'Findings',
    tagged: 'Tagged control',
    indicated: 'Indicated controls, with the number of findings',
    framework: 'Framework',
  },
  introduction:
    'If one finding concerns two frameworks, one fix may serve both. A scanner’s tag is direct evidence; a crosswalk link is only a hint.',
  matrixHeading: 'Findings that two frameworks share',
  matrix:
    'Each cell counts findings. Bold: findings tagged with controls of both frameworks. Italics: findings tagged with a control of one framework and linked to the other only by the crosswalk. The diagonal counts all findings of a framework, whether tagged or only indicated.',
  bothHeading: 'Pairs of controls that scanners tagged together',
  both: 'The same findings are tagged with both controls.',
  oneHeading: 'Pairs with one tagged control',
  one: 'At least one finding is tagged with the control on the left and linked to the controls on the right by the crosswalk. Each number counts all findings that concern both controls, tagged or linked.',
  noPairs: 'No finding concerns controls of more than one requested framework.',
  oneFramework: 'Only one framework was requested, so there are no overlaps.',
} as const;

export const onlyIndicated = (n: number): string => `+ ${count(n)} indicated`;

export const neitherTagged = (pairs: number): string =>
  `${counted(pairs, 'more pair')} ${pairs === 1 ? 'is' : 'are'} linked only by the crosswalk: no scanner tagged either control. ${pairs === 1 ? 'It is' : 'They are'} listed only in the JSON.`;

export const leftOut = (pairs: number): string =>
  `${counted(pairs, 'more pair')} of this kind ${pairs === 1 ? 'is' : 'are'} listed only in the JSON.`;

export const linkName = (basis: Basis | undefined): string => (basis === undefined ? '' : ` ${basis}`);

export const morePartners = (n: number): string => `and ${count(n)} more`;
