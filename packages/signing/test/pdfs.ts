import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import pdfmake from 'pdfmake';

const fonts = join(dirname(createRequire(import.meta.url).resolve('pdfmake/package.json')), 'fonts', 'Roboto');

const MADE_AT = new Date('2026-05-22T10:35:00.000Z');

/** A PDF/A-3b like those of the renderer, with a link on page 1 and `findings` lines. The same input gives the same bytes. */
export async function makePdf(findings: number): Promise<Uint8Array> {
  // Here, because pdfmake has one set of fonts for all its users.
  pdfmake.setFonts({ Roboto: { normal: join(fonts, 'Roboto-Regular.ttf') } });
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy((path) => path.startsWith(fonts));
  const document = pdfmake.createPdf({
    subset: 'PDF/A-3b',
    version: '1.7',
    info: { title: 'Evidence report', creationDate: MADE_AT, modDate: MADE_AT },
    content: [
      { text: 'Evidence report', link: 'https://example.org/report' },
      { ul: Array.from({ length: findings }, (_, index) => `Finding ${index + 1}: prompt injection`) },
    ],
  });
  return document.getBuffer();
}

/** A PDF without annotations or compression, small enough to read: one empty page. */
export function plainPdf(): Buffer {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>',
  ];
  let text = '%PDF-1.7\n';
  const entries = objects.map((object, index) => {
    const entry = `${String(text.length).padStart(10, '0')} 00000 n \n`;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return entry;
  });
  const xref = `xref\n0 4\n0000000000 65535 f \n${entries.join('')}`;
  return Buffer.from(`${text}${xref}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`, 'latin1');
}
