import type { Basis } from '@evidence/contracts';
import { count, counted } from '../words.js';

export const overlapsSay = {
  introduction:
    'Where one finding concerns two frameworks, one fix may serve both. How firm that is depends on both ends: a scanner’s tag is firm, a link of the crosswalk is a hint.',
  matrixHeading: 'Findings that two frameworks share',
  matrix:
    'Each cell counts findings. Bold: a scanner’s tags name controls of both frameworks. Below, in italics: a tag names a control of one, and the crosswalk points to the other. The diagonal counts the findings that concern the framework at all: those with a tag of its own, and those that are only indicated.',
  bothHeading: 'Pairs of controls that scanners tagged together',
  both: 'A scanner’s tags on the same finding name both controls.',
  oneHeading: 'Pairs with one tagged control',
  one: 'A scanner’s tag names the control on the left. The crosswalk points from findings with it to the controls on the right; the number counts those findings.',
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
