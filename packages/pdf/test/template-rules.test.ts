import { documentSchemas, type PackTemplate } from '@evidence/contracts';
import { describe, expect, it } from 'vitest';
import { renderTemplate } from '../src/template/index.js';
import { needs } from './poppler.js';
import { sampleReport } from './sample-report.js';
import { breachesIn, plainOf, xmpIn } from './template-rules.js';

const EXAMPLE = documentSchemas['PackTemplate.v1'].examples[0] as unknown as PackTemplate;

describe('breachesIn', () => {
  it.for<[string, string | RegExp, string]>([
    ['another part', '<pdfaid:part>3<', '<pdfaid:part>2<'],
    ['no output intent', '/GTS_PDFA1', '/GTS_PDFA0'],
    ['a name of an element that does not close', '</pdf:Producer>', '</pdf:Produced>'],
    ['an attachment that is not associated', '/AF [', '/AG ['],
    ['an attachment of no kind', '/AFRelationship /Data', '/AFRelationship /Datb'],
    ['a link that does not print', '/F 4', '/F 0'],
    ['a script', '/S /URI', '/S /JavaScript'],
    ['a page that names no resources', /\/Resources /, '/Resourcez '],
    ['a box for a glyph', /\] TJ/, '<0000>] TJ'],
    ['no id', '/ID [', '/IE ['],
  ])('detects %s', async ([, from, to], context) => {
    for (const tool of ['qpdf', 'pdffonts', 'pdfinfo']) needs(context, tool);
    const pdf = await renderTemplate(EXAMPLE, sampleReport({ findings: 2 }));
    const whole = plainOf(pdf);
    expect(breachesIn(whole, xmpIn(whole))).toEqual([]);
    const broken = whole.replace(from, to);
    expect(broken).not.toBe(whole);
    expect(breachesIn(broken, xmpIn(broken))).not.toEqual([]);
  });
});
