import { type PdfDictionary, readDictionary, referenceOf } from './dictionary.js';
import type { PdfFile } from './pdf-file.js';
import { malformed, unsupported } from './pdf-file-error.js';
import { RevisionText } from './revision-text.js';
import { type Gap, SIGNATURE_FIELD_FLAGS } from './signature-gap.js';

/**
 * The two revisions that make a PAdES signature last (ETSI EN 319 142-1 §5.4 and §5.5): the document security store of
 * level B-LT, and the document time-stamp of level B-LTA. Each is one byte sequence, determined by the file before it
 * and by its content. Signer and verifier share this module: the verifier rebuilds the revision and compares.
 */

/** The data for verifying a signature after its certificates have expired and their authorities are gone. All DER. */
export interface SecurityStore {
  readonly certificates: readonly Uint8Array[];
  readonly ocspResponses: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
}

/** Far above one response for each certificate of two chains. */
const STORE_ENTRIES_MAX = 50;

/** Revocation lists are the largest part. The revision is rebuilt as one text and compared. */
const STORE_MAX_BYTES = 64 * 1024 * 1024;

export const DOCUMENT_TIMESTAMP_HEAD =
  '/Type /DocTimeStamp\n/Filter /Adobe.PPKLite\n/SubFilter /ETSI.RFC3161\n' as const;

/** The revision that adds `store` to `file`. Throws `PdfFileError` if there is a store already. */
export function securityStoreRevision(file: PdfFile, store: SecurityStore): Buffer {
  if (file.catalog.has('/DSS')) throw unsupported('it has a document security store already');
  const written = new RevisionText(file);
  const references = (all: readonly Uint8Array[]): string => {
    const objects = all.map((bytes) => {
      const object = written.allocate();
      written.addStream(object, bytes);
      return `${object} 0 R`;
    });
    return `[${objects.join(' ')}]`;
  };
  const entries: [string, string][] = [
    ['/Type', '/DSS'],
    ['/Certs', references(store.certificates)],
  ];
  if (store.ocspResponses.length > 0) entries.push(['/OCSPs', references(store.ocspResponses)]);
  if (store.crls.length > 0) entries.push(['/CRLs', references(store.crls)]);
  const dictionary = written.allocate();
  written.addObject(dictionary, new Map(entries));
  written.addObject(file.root, new Map([...file.catalog, ['/DSS', `${dictionary} 0 R`]]));
  return written.finish();
}

/** The store of a file, or undefined if it has none. Throws `PdfFileError` if it cannot be read. */
export function readSecurityStore(file: PdfFile): SecurityStore | undefined {
  const reference = file.catalog.get('/DSS');
  if (reference === undefined) return undefined;
  const object = referenceOf(reference);
  if (object === undefined) throw malformed('its security store is not an object of its own');
  const dictionary = file.dictionaryOf(object);
  const streams = (key: string): Buffer[] => {
    const objects = referencesIn(dictionary.get(key) ?? '[]');
    return objects.map((each) => file.streamOf(each));
  };
  const store = { certificates: streams('/Certs'), ocspResponses: streams('/OCSPs'), crls: streams('/CRLs') };
  const bytes = Object.values(store)
    .flat()
    .reduce((sum, each) => sum + each.length, 0);
  if (bytes > STORE_MAX_BYTES) throw unsupported(`its security store has more than ${STORE_MAX_BYTES} bytes`);
  return store;
}

/** An appended revision that holds a signature or time-stamp. */
export interface SignatureRevision {
  /** The bytes to append, with zeros in the gap. */
  readonly revision: Buffer;
  /** In the whole file. */
  readonly gap: Gap;
}

/** The revision that adds a document time-stamp with room for `contentsBytes` of token. Throws `PdfFileError`. */
export function documentTimestampRevision(file: PdfFile, contentsBytes: number): SignatureRevision {
  const written = new RevisionText(file);
  const [field, signature] = [written.allocate(), written.allocate()];
  addToForm(file, written, `${field} 0 R`);
  written.addObject(
    field,
    new Map([
      ['/Type', '/Annot'],
      ['/Subtype', '/Widget'],
      ['/FT', '/Sig'],
      ['/T', '(DocumentTimestamp1)'],
      ['/TU', '(Document time-stamp)'],
      ['/F', String(SIGNATURE_FIELD_FLAGS)],
      ['/Rect', '[0 0 0 0]'],
      ['/V', `${signature} 0 R`],
    ]),
  );
  const holes = written.addSignature(signature, DOCUMENT_TIMESTAMP_HEAD, contentsBytes);
  return { revision: written.finish(holes), gap: holes };
}

/** Adds a field to the form, which is in the catalog or is an object of its own. */
function addToForm({ catalog, root, dictionaryOf }: PdfFile, written: RevisionText, field: string): void {
  const value = catalog.get('/AcroForm');
  if (value === undefined) throw malformed('it has no form, so it has no signature');
  const form = referenceOf(value);
  if (form !== undefined) {
    written.addObject(form, withField(dictionaryOf(form), field));
    return;
  }
  const fields = [...withField(readDictionary(value), field)].map(([key, each]) => `${key} ${each}`);
  written.addObject(root, new Map([...catalog, ['/AcroForm', `<< ${fields.join(' ')} >>`]]));
}

function withField(form: PdfDictionary, field: string): PdfDictionary {
  const fields = form.get('/Fields') ?? '';
  if (!fields.startsWith('[')) throw unsupported('the fields of its form are in a separate object');
  return new Map([...form, ['/Fields', `${fields.slice(0, -1).trimEnd()} ${field}]`]]);
}

/** `[7 0 R 8 0 R]` → [7, 8]. */
function referencesIn(array: string): number[] {
  if (!/^\[(\d{1,10} 0 R ?)*\]$/.test(array)) throw malformed('an array of its security store cannot be read');
  const objects = [...array.matchAll(/(\d+) 0 R/g)].map(([, object]) => Number(object));
  if (objects.length > STORE_ENTRIES_MAX) throw unsupported('its security store has too many entries');
  return objects;
}
