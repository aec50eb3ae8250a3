import { SEVERITIES } from '@evidence/contracts';
import { expect, it } from 'vitest';
import { text } from '../src/standard/style.js';
import { severityColour } from '../src/style.js';

/** Relative luminance, 0 black to 1 white (WCAG 2.2). */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((channel) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const contrast = (a: string, b: string) => {
  const [lighter = 0, darker = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (lighter + 0.05) / (darker + 0.05);
};

it('in greyscale, a milder severity is lighter, and each can be told from the next', () => {
  const greys = SEVERITIES.map((severity) => severityColour[severity]);
  for (const [i, milder] of greys.slice(1).entries()) {
    expect(luminance(milder), milder).toBeGreaterThan(luminance(greys[i]!));
    expect(contrast(milder, greys[i]!), `${greys[i]} and ${milder}`).toBeGreaterThan(1.25);
  }
});

it('text of every style is legible on white (WCAG 2.2, 1.4.3)', () => {
  for (const [name, { colour }] of Object.entries(text)) {
    expect(contrast(colour, '#FFFFFF'), name).toBeGreaterThanOrEqual(4.5);
  }
});
