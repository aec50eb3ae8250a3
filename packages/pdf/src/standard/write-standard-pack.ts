import { createHash, type Hash } from 'node:crypto';
import type { ReportFinding } from '@evidence/contracts';
import { type ContentSigner, reasonOf } from '@evidence/verify/formats';
import { documentProperties, PRODUCER } from '../document-properties.js';
import { drawUnmarked } from '../writer/blocks.js';
import { PdfDocument } from '../writer/document.js';
import { Flow } from '../writer/flow.js';
import type { LateText } from '../writer/late-text.js';
import { baselineOf } from '../writer/lines.js';
import { PAGE, type Page } from '../writer/page.js';
import type { Shaper } from '../writer/text-pieces.js';
import { cover } from './cover.js';
import { COVERAGE, coverage } from './coverage.js';
import { DISPOSITIONS, dispositions } from './dispositions.js';
import { OVERLAPS, overlaps } from './overlaps.js';
import { type Chapter, Pack, type ReportFacts, RunningTitle, run } from './pack.js';
import { RECEIPT, receipt } from './receipt.js';
import { REGISTER, register } from './register.js';
import { SCANS, scans } from './scans.js';
import { coverSays } from './sentences/cover.js';
import { packSays } from './sentences/pack.js';
import { LEADING, margins, text } from './style.js';
import { SUMMARY, summary } from './summary.js';
import { type Provenance, VERIFICATION, verification } from './verification.js';
import { count, instant } from './words.js';

export interface StandardPack extends Pick<Provenance, 'keyUrl'> {
  readonly about: Pick<ReportFacts, 'report_id' | 'generated_at'>;
  /** The JSON artifact, which is attached as `<report id>.json`. Read first, once. */
  readonly json: AsyncIterable<Uint8Array>;
  /** The report without its findings, called when `json` has ended. `receipt.included` is the number of findings. */
  readonly report: () => ReportFacts;
  /** Worst severity first, then by id. Read once, after `report`, one by one. */
  readonly findings: Iterable<ReportFinding> | AsyncIterable<ReportFinding>;
  /** Signs the file in the same pass (PAdES B-B). Without it the file is unsigned. */
  readonly signer?: ContentSigner;
}

/** The size of a chunk of output. */
const CHUNK_BYTES = 64 * 1024;

/** The chapters in order, and the function that writes each. */
const CHAPTERS: readonly {
  readonly chapter: Chapter;
  readonly write: (
    pack: Pack,
    given: Pick<StandardPack, 'findings'> & Provenance,
  ) => Iterable<void> | AsyncIterable<void>;
}[] = [
  { chapter: SUMMARY, write: summary },
  { chapter: REGISTER, write: (pack, { findings }) => register(pack, findings) },
  { chapter: COVERAGE, write: coverage },
  { chapter: OVERLAPS, write: overlaps },
  { chapter: DISPOSITIONS, write: dispositions },
  { chapter: SCANS, write: scans },
  { chapter: RECEIPT, write: receipt },
  { chapter: VERIFICATION, write: verification },
];

/**
 * The evidence pack as a tagged PDF/A-3a and PDF/UA-1 file, A4, with the JSON artifact attached, signed as a whole. It
 * is written as it is read: the next bytes are made when they are asked for, and findings may come from a cursor. The
 * attachment comes first in the file, so that its digest is known when the cover states it. Equal arguments give equal
 * bytes on every machine with the same zlib (`process.versions.zlib`), with an RS256 signer.
 *
 * Throws `WriterError` if the file cannot be written, and any error of `json`, `report`, `findings` and `signer`.
 */
export async function* writeStandardPack(given: StandardPack): AsyncGenerator<Uint8Array> {
  const { about, signer } = given;
  const running = new RunningTitle();
  let facts: ReportFacts | undefined;
  const furnish = (page: Page): void => {
    if (facts) furniture(page, facts, running.endPage(), document.shaper, total);
  };
  const document: PdfDocument = new PdfDocument({ language: 'en-GB', furnish }, signer !== undefined);
  const total: LateText = document.lateText(text.fine, 'left');
  const { objects } = document;
  const hash = createHash('sha256');
  for await (const _ of attached(document, about, given.json, hash)) {
    if (objects.pending >= CHUNK_BYTES) yield objects.take();
  }
  facts = given.report();
  const dataSha256 = hash.digest('hex');
  const properties = documentProperties(facts, dataSha256);
  const pack = new Pack(new Flow(document, margins), facts, running);
  for await (const _ of written(pack, { ...given, dataSha256 })) {
    if (objects.pending >= CHUNK_BYTES) yield objects.take();
  }
  total.text = count(document.pages);
  const signing = signer && {
    signer,
    name: PRODUCER,
    reason: reasonOf({ id: facts.report_id, tenant: facts.tenant_slug, layout: 'standard' }),
    signedAt: properties.info.creationDate,
  };
  await document.finish(properties, signing);
  yield objects.take();
}

/** Writes the attachment, and hashes it before compression. Yields whenever bytes may be taken. */
function attached(
  document: PdfDocument,
  { report_id: id, generated_at: at }: StandardPack['about'],
  json: AsyncIterable<Uint8Array>,
  hash: Hash,
): AsyncGenerator<void> {
  const bytes = async function* () {
    for await (const chunk of json) {
      hash.update(chunk);
      yield chunk;
    }
  };
  return document.attach({
    name: `${id}.json`,
    description: packSays.attachment,
    mediaType: 'application/json',
    modifiedAt: new Date(at),
    bytes: bytes(),
  });
}

/** Writes chapter after chapter. Yields whenever bytes may be taken. */
async function* written(pack: Pack, given: Pick<StandardPack, 'findings'> & Provenance): AsyncGenerator<void> {
  const chapters = CHAPTERS.map(({ chapter }) => chapter);
  yield* cover(pack, chapters, given.dataSha256);
  for (const { write } of CHAPTERS) yield* write(pack, given);
}

/** Running head and foot, which are not part of the text. The number of pages comes last in the foot because it is known only at the end. */
function furniture(page: Page, report: ReportFacts, chapter: string, shaper: Shaper, total: LateText): void {
  page.artifact('Pagination', () => drawFurniture(page, report, chapter, shaper, total));
}

function drawFurniture(
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
    say(packSays.head(chapter, report.report_id), 30);
    say(packSays.asOf(report.tenant_slug, instant(report.data_as_of.at)), 30, 'right');
  }
  const foot = height - 36;
  const words = packSays.page(count(number));
  say(words, foot);
  content.form(
    total.name,
    left + shaper.widthOf(run(words, text.fine)),
    foot + baselineOf(text.fine.size, LEADING.tight),
  );
  if (report.signature.development_key) say(coverSays.developmentKeyFoot, foot, 'right');
}
