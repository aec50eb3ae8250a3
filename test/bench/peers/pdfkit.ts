import { createWriteStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import PDFDocument from 'pdfkit';
import { cellsOf, coverOf, HEADS, overlapsOf, type Peer, type PeerDocument, summaryOf, WIDTHS } from './document.ts';

const roboto = join(dirname(fileURLToPath(import.meta.resolve('pdfmake/package.json'))), 'fonts/Roboto');
const [LEFT, TOP, BOTTOM, GAP] = [42, 66, 780, 10];

/** Draws a table by hand, which is faster than pdfkit's own (0.20.2). */
function table(pdf: PDFKit.PDFDocument, widths: readonly number[], heads: readonly string[], rows: Iterable<string[]>) {
  let y = pdf.y;
  const row = (cells: readonly string[]) => {
    const heights = cells.map((cell, i) => pdf.heightOfString(cell, { width: widths[i]! - GAP }));
    const height = Math.max(...heights) + 6;
    if (y + height > BOTTOM) {
      pdf.addPage();
      y = TOP;
      if (cells !== heads) row(heads);
    }
    let x = LEFT;
    cells.forEach((cell, i) => {
      pdf.text(cell, x, y + 3, { width: widths[i]! - GAP });
      x += widths[i]!;
    });
    y += height;
    pdf.moveTo(LEFT, y).lineTo(x, y).lineWidth(0.4).stroke();
  };
  row(heads);
  for (const cells of rows) row(cells);
}

export const prepare: Peer = async (document) => async (file) => {
  const pdf = new PDFDocument({
    size: 'A4',
    margins: { left: LEFT, top: TOP, right: 42, bottom: 20 },
    bufferPages: true,
  });
  const written = pipeline(pdf, createWriteStream(file));
  typeset(pdf, document);
  const { count } = pdf.bufferedPageRange();
  for (let page = 0; page < count; page++) {
    pdf.switchToPage(page);
    pdf.text(`Page ${page + 1} of ${count}`, LEFT, 800, { lineBreak: false });
  }
  pdf.end();
  await written;
};

function typeset(pdf: PDFKit.PDFDocument, { facts, findings }: PeerDocument): void {
  const chapter = (title: string) => pdf.addPage().fontSize(17).text(title, LEFT, TOP).fontSize(7);
  pdf.font(join(roboto, 'Roboto-Regular.ttf'));
  coverOf(facts).forEach((text, i) => {
    pdf.fontSize(i === 0 ? 28 : 9).text(text);
  });
  chapter('Summary');
  table(pdf, [300, 60], ['Severity', 'Findings'], summaryOf(facts));
  chapter('Findings');
  const widths = WIDTHS.map((width) => width + GAP);
  table(pdf, widths, HEADS, findings().map(cellsOf));
  chapter('Overlaps');
  table(pdf, [170, 170, 60, 60], ['A', 'B', 'Findings', 'Direct'], overlapsOf(facts));
}
