import type { ReportFinding } from '@evidence/contracts';
import { type DocumentProperties, documentProperties, PRODUCER } from '../document-properties.js';
import { drawUnmarked } from '../writer/blocks.js';
import { PdfDocument } from '../writer/document.js';
import { Flow } from '../writer/flow.js';
import type { LateText } from '../writer/late-text.js';
import { baselineOf } from '../writer/lines.js';
import { PAGE, type Page } from '../writer/page.js';
import type { PdfSigner } from '../writer/signature.js';
import type { Shaper } from '../writer/text-pieces.js';
import { cover } from './cover.js';
import { COVERAGE, coverage } from './coverage.js';
import { DISPOSITIONS, dispositions } from './dispositions.js';
import { OVERLAPS, overlaps } from './overlaps.js';
import { Pack, type ReportFacts, RunningTitle, run } from './pack.js';
import { RECEIPT, receipt } from './receipt.js';
import { REGISTER, register } from './register.js';
import { SCANS, scans } from './scans.js';
import { coverSays } from './sentences/cover.js';
import { LEADING, margins, text } from './style.js';
import { SUMMARY, summary } from './summary.js';
import { type Provenance, VERIFICATION, verification } from './verification.js';
import { count, instant } from './words.js';

export interface StandardPack extends Provenance {
  /** All of the report but its findings. `receipt.included` says how many there are. */
  readonly report: ReportFacts;
  /** Worst severity first, then by id; read once, one by one. */
  readonly findings: Iterable<ReportFinding> | AsyncIterable<ReportFinding>;
  /** The JSON artifact: the bytes whose digest is `dataSha256`. It is attached, as `<report id>.json`. */
  readonly json: AsyncIterable<Uint8Array>;
  /** Signs the file in the same pass (PAdES B-B); without it the file is unsigned. */
  readonly signer?: PdfSigner;
}

/** Bytes that leave at once. */
const CHUNK_BYTES = 64 * 1024;

const CHAPTERS = [SUMMARY, REGISTER, COVERAGE, OVERLAPS, DISPOSITIONS, SCANS, RECEIPT, VERIFICATION];

/**
 * The evidence pack as a tagged PDF/A-3a and PDF/UA-1 file, A4, with the JSON artifact attached, signed as a whole. It
 * is written as it is read: the next bytes are made when they are asked for, and findings may come from a cursor. Equal
 * arguments give equal bytes on every machine with the same zlib (`process.versions.zlib`), with an RS256 signer.
 *
 * Throws `WriterError` when the file cannot be written, and whatever `findings`, `json` and `signer` throw.
 */
export async function* writeStandardPack(given: StandardPack): AsyncGenerator<Uint8Array> {
  const { report, dataSha256, signer } = given;
  const properties = documentProperties(report, dataSha256);
  const running = new RunningTitle();
  const { document, total } = openDocument(report, properties, running, signer !== undefined);
  const pack = new Pack(new Flow(document, margins), report, running);
  const { objects } = document;
  for await (const _ of written(pack, given)) {
    if (objects.pending >= CHUNK_BYTES) yield objects.take();
  }
  total.text = count(document.pages);
  const generatedAt = properties.info.creationDate;
  const seal = signer && {
    signer,
    name: PRODUCER,
    reason: `Evidence report ${report.report_id}`,
    signedAt: generatedAt,
  };
  await document.finish(seal);
  yield objects.take();
}

/** Writes chapter after chapter, and the attachment; yields where bytes may leave. */
async function* written(pack: Pack, { findings, json, ...provenance }: StandardPack): AsyncGenerator<void> {
  const { report, document } = pack;
  yield* cover(pack, CHAPTERS, provenance.dataSha256);
  yield* summary(pack);
  yield* register(pack, findings);
  yield* coverage(pack);
  yield* overlaps(pack);
  yield* dispositions(pack);
  yield* scans(pack);
  yield* receipt(pack);
  yield* verification(pack, provenance);
  yield* document.attach({
    name: `${report.report_id}.json`,
    description: 'The data of this report, as canonical JSON (RFC 8785)',
    mediaType: 'application/json',
    modifiedAt: new Date(report.generated_at),
    bytes: json,
  });
}

function openDocument(report: ReportFacts, properties: DocumentProperties, running: RunningTitle, isSigned: boolean) {
  const furnish = (page: Page): void => {
    page.artifact('Pagination', () => furniture(page, report, running.endPage(), document.shaper, total));
  };
  const document: PdfDocument = new PdfDocument({ properties, language: 'en-GB', furnish }, isSigned);
  const total: LateText = document.lateText(text.fine, 'left');
  return { document, total };
}

/** Running head and foot. The foot begins with the page's number, for what follows it is known at the end. */
function furniture(
  { content, number, height }: Page,
  report: ReportFacts,
  chapter: string,
  shaper: Shaper,
  total: LateText,
): void {
  const { left, right } = margins;
  const width = PAGE.width - left - right;
  const say = (words: string, top: number, align?: 'right') =>
    drawUnmarked(
      content,
      shaper,
      { runs: [run(words, text.fine)], leading: LEADING.tight, ...(align && { align }) },
      left,
      top,
      width,
    );
  if (number > 1) {
    say(`${chapter} · evidence report ${report.report_id}`, 30);
    say(`${report.tenant_slug} · as of ${instant(report.data_as_of.at)}`, 30, 'right');
  }
  const foot = height - 36;
  const words = `Page ${count(number)} of `;
  say(words, foot);
  content.form(
    total.name,
    left + shaper.widthOf(run(words, text.fine)),
    foot + baselineOf(text.fine.size, LEADING.tight),
  );
  if (report.signature.development_key) say(coverSays.developmentKeyFoot, foot, 'right');
}
