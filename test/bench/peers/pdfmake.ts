import { createWriteStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import pdfmake from 'pdfmake';
import { cellsOf, coverOf, HEADS, overlapsOf, type Peer, summaryOf, WIDTHS } from './document.ts';

const roboto = join(dirname(fileURLToPath(import.meta.resolve('pdfmake/package.json'))), 'fonts/Roboto');
const normal = join(roboto, 'Roboto-Regular.ttf');
const bold = join(roboto, 'Roboto-Medium.ttf');

export const prepare: Peer = async ({ facts, findings }) => {
  pdfmake.setFonts({ Roboto: { normal, bold } });
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy((path) => path === normal || path === bold);
  return async (file) => {
    const document = await pdfmake
      .createPdf({
        pageSize: 'A4',
        pageMargins: [42, 66, 42, 54],
        defaultStyle: { font: 'Roboto', fontSize: 7 },
        info: { title: facts.title, creationDate: new Date(facts.generated_at) },
        footer: (page, pages) => ({ text: `Page ${page} of ${pages}`, margin: [42, 10] }),
        content: [
          ...coverOf(facts).map((text, i) => ({ text, fontSize: i === 0 ? 28 : 9 })),
          { text: 'Summary', fontSize: 17, pageBreak: 'before' },
          { table: { widths: ['*', 60], body: summaryOf(facts) } },
          { text: 'Findings', fontSize: 17, pageBreak: 'before' },
          { table: { headerRows: 1, widths: [...WIDTHS], body: [[...HEADS], ...findings().map(cellsOf)] } },
          { text: 'Overlaps', fontSize: 17, pageBreak: 'before' },
          {
            table: {
              headerRows: 1,
              widths: ['*', '*', 60, 60],
              body: [['A', 'B', 'Findings', 'Direct'], ...overlapsOf(facts)],
            },
          },
        ],
      })
      .getStream();
    document.end();
    await pipeline(document, createWriteStream(file));
  };
};
