import { beforeAll, describe, expect, it } from 'vitest';
import { sampleReport } from './sample-report.js';
import { makeSigner, standardPack } from './standard-packs.js';
import { BREACHES } from './writer-breaches.js';
import { PdfModel } from './writer-pdf-model.js';
import { breachesOf, RULES } from './writer-rules.js';

let pdf: Buffer;

beforeAll(async () => {
  const { signer, remove } = await makeSigner();
  pdf = await standardPack(sampleReport({ findings: 15 }), { signer });
  await remove();
});

describe('the standard pack keeps every rule', () => {
  it.for([0, 15, 1_000])('with %i findings', async (findings) => {
    expect(breachesOf(PdfModel.read(await standardPack(sampleReport({ findings }))))).toEqual([]);
  });

  it('with a signature', () => {
    expect(breachesOf(PdfModel.read(pdf))).toEqual([]);
  });
});

describe('a planted breach is found', () => {
  const planted = Object.entries(BREACHES).flatMap(([rule, breaches]) =>
    Object.entries(breaches).map(([breach, plant]) => [rule, breach, plant] as const),
  );

  it.for(planted)('%s: %s', ([rule, , plant]) => {
    const model = PdfModel.read(pdf);
    plant(model);
    expect(RULES[rule]?.(model)).not.toEqual([]);
  });

  it('of every rule', () => {
    expect(new Set(Object.keys(BREACHES))).toEqual(new Set(Object.keys(RULES)));
  });
});
