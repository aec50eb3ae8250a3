import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { cellsOf, coverOf, HEADS, overlapsOf, type Peer, type PeerDocument, summaryOf, WIDTHS } from './document.ts';

export const CHROMIUM = '/usr/bin/chromium';

const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync --no-pdf-header-footer --timeout=600000';

const escaped = (text: string) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const row = (cells: readonly string[], tag = 'td') =>
  `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;

function* html({ facts, findings }: PeerDocument): Generator<string> {
  const columns = WIDTHS.map((width) => `<col style="width:${width}pt">`).join('');
  yield `<!doctype html><html lang="en"><title>${escaped(facts.title)}</title><style>
@page{size:A4;margin:66pt 42pt 54pt;@bottom-left{content:"Page " counter(page) " of " counter(pages)}}
body{font:7pt Roboto,sans-serif}h1{break-before:page;font-size:17pt}table{table-layout:fixed;width:100%;border-collapse:collapse}
td,th{text-align:left;vertical-align:top;overflow-wrap:anywhere;border-bottom:.4pt solid}tr{break-inside:avoid}</style>`;
  yield `${coverOf(facts)
    .map((text) => `<p>${escaped(text)}</p>`)
    .join('')}<h1>Summary</h1>`;
  yield `<table>${summaryOf(facts)
    .map((cells) => row(cells))
    .join('')}</table><h1>Findings</h1>`;
  yield `<table>${columns}<thead>${row(HEADS, 'th')}</thead><tbody>`;
  for (const finding of findings()) yield row(cellsOf(finding));
  yield `</tbody></table><h1>Overlaps</h1><table>${overlapsOf(facts)
    .map((cells) => row(cells))
    .join('')}</table></html>`;
}

/** Prints a page from a file. Fetches nothing. */
export const prepare: Peer = async (document) => async (file) => {
  const folder = await mkdtemp(join(tmpdir(), 'pdf-bench-chromium-'));
  try {
    const page = join(folder, 'report.html');
    await pipeline(html(document), createWriteStream(page));
    const args = [...FLAGS.split(' '), `--user-data-dir=${folder}/profile`, `--print-to-pdf=${file}`];
    const child = spawn(CHROMIUM, [...args, pathToFileURL(page).href], { stdio: 'ignore' });
    const code = await new Promise((resolve) => child.on('exit', resolve));
    if (code !== 0) throw new Error(`Chromium ended with ${code}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
