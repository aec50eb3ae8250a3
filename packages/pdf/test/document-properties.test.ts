import { describe, expect, it } from 'vitest';
import { documentProperties, xmpDescriptions } from '../src/document-properties.js';
import { sampleReport } from './sample-report.js';

const of = (title: string, dataSha256 = '0'.repeat(64)) =>
  documentProperties(sampleReport({ findings: 1, title }), dataSha256);

describe('documentProperties', () => {
  it('uses the date of the report', () => {
    const { creationDate, modDate } = of('x').info;
    expect([creationDate.toISOString(), modDate.toISOString()]).toEqual([
      '2026-05-22T10:35:00.000Z',
      '2026-05-22T10:35:00.000Z',
    ]);
  });

  it('contains the digest, so that two reports with the same title have different file ids', () => {
    expect(of('x', 'a'.repeat(64)).info.keywords).not.toBe(of('x', 'b'.repeat(64)).info.keywords);
  });

  it('shows the title unchanged', () => {
    expect(of('R&D <x>').info.title).toBe('R&D <x>');
  });

  it('uses the report id if the title has no visible character', () => {
    expect(of(' \n').info.title).toBe('Evidence report rpt_2026_6a3cde4gxwq2m5k7vhp9rt2yb4');
  });
});

describe('xmpDescriptions', () => {
  it('does not let a title close its element and forge the producer', () => {
    const forged = xmpDescriptions(of('</rdf:li></rdf:Alt></dc:title><pdf:Producer>FORGED</pdf:Producer>'));
    expect(forged).not.toContain('<pdf:Producer>FORGED');
    expect(forged).toContain('&lt;pdf:Producer&gt;FORGED');
  });

  it('contains no character that XML 1.0 forbids', () => {
    const xmp = xmpDescriptions(of('a\u0000b\u001fc\ufffed\uffffe'));
    expect(xmp).toContain('a\ufffdb\ufffdc\ufffdd\ufffde');
  });
});
