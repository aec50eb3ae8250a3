import type { Basis } from '@evidence/contracts';
import { count, counted } from '../words.js';

export const overlapsSay = {
  introduction:
    'Where one finding concerns two frameworks, one fix may serve both. How firm that is depends on both ends: a scanner’s tag is firm, a link of the crosswalk is a hint.',
  matrixHeading: 'Findings that two frameworks share',
  matrix:
    'Each cell counts findings. Bold: tagged with controls of both frameworks. Below, in italics: tagged with a control of one, while the crosswalk only points to the other. The diagonal counts the findings that concern the framework at all: tagged, and only indicated.',
  bothHeading: 'Pairs of controls that scanners tagged together',
  both: 'The same findings are tagged with both controls.',
  oneHeading: 'Pairs with one tagged control',
  one: 'Findings are tagged with the control on the left. The crosswalk points from them to the controls on the right; the number says from how many.',
  noPairs: 'No finding concerns controls of two requested frameworks.',
  oneFramework: 'One framework was requested, so nothing can overlap.',
} as const;

export const onlyIndicated = (n: number): string => `+ ${count(n)} indicated`;

export const neitherTagged = (pairs: number): string =>
  `${counted(pairs, 'pair')} ${pairs === 1 ? 'rests' : 'rest'} on the crosswalk at both ends. No scanner tagged either control, so ${pairs === 1 ? 'it is' : 'they are'} listed in the JSON only.`;

export const leftOut = (pairs: number): string =>
  `${counted(pairs, 'more pair')} of this kind ${pairs === 1 ? 'is' : 'are'} listed in the JSON only.`;

export const linkName = (basis: Basis | undefined): string => (basis === undefined ? '' : ` ${basis}`);

export const morePartners = (n: number): string => `and ${count(n)} more`;
