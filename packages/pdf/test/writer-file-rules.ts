import { type PdfModel, PdfString, type Value } from './writer-pdf-model.js';

/** The requirements of ISO 19005-3, 6.1 on the bytes, and what it forbids anywhere. */
export const FILE_RULES: Readonly<Record<string, (pdf: PdfModel) => string[]>> = {
  'the file begins and ends as it should': ({ file }) => [
    ...(/^%PDF-1\.[0-7]\n%[\x80-\xff]{4}/.test(file) ? [] : ['no header with a comment of four high bytes']),
    ...(/startxref\n\d+\n%%EOF\n?$/.test(file) ? [] : ['there is something after %%EOF']),
  ],
  'every object is where the cross-reference says': (pdf) => misplaced(pdf),
  'every stream is as long as it says': (pdf) =>
    streams(pdf).flatMap(({ at, length }) =>
      pdf.file.startsWith('\nendstream\nendobj\n', at + length) ? [] : [`the stream at ${at} has another length`],
    ),
  'nothing is encrypted, compressed by LZW or external': (pdf) => [
    ...(pdf.trailer.has('/Encrypt') ? ['the trailer has /Encrypt'] : []),
    ...values(pdf).flatMap((value) => {
      if (!(value instanceof Map)) return [];
      const filter = value.get('/Filter');
      const known =
        filter === undefined || filter === '/FlateDecode' || value.get('/FT') === '/Sig' || value.has('/ByteRange');
      return [
        ...(known ? [] : [`a stream has the filter ${String(filter)}`]),
        ...(value.has('/FFilter') || value.has('/FDecodeParms') ? ['a stream is kept outside'] : []),
      ];
    }),
  ],
  'nothing acts by itself': (pdf) =>
    values(pdf).flatMap((value) => {
      if (!(value instanceof Map)) return [];
      const forbidden = ['/AA', '/OpenAction', '/JavaScript', '/JS', '/XFA', '/OCProperties', '/Requirements'];
      const found = forbidden.filter((key) => value.has(key));
      const action = value.get('/Type') === undefined || value.get('/Type') === '/Action' ? value.get('/S') : undefined;
      const acts = ['/JavaScript', '/Launch', '/Sound', '/Movie', '/ResetForm', '/ImportData', '/Hide', '/Rendition'];
      return [...found, ...acts.filter((name) => name === action)].map((name) => `there is a ${name}`);
    }),
  'nothing exceeds the limits of readers': (pdf) => [
    ...values(pdf).flatMap((value) =>
      value instanceof PdfString && value.text.length > LONGEST_STRING ? [`a string of ${value.text.length}`] : [],
    ),
    ...values(pdf).flatMap((value) =>
      typeof value === 'string' && value.length > LONGEST_NAME ? [`a name of ${value.length}`] : [],
    ),
  ],
  'metadata is not compressed': (pdf) =>
    pdf.dictionary(pdf.catalog.get('/Metadata')).has('/Filter') ? ['XMP is compressed'] : [],
};

/** Clause 6.1.13, in bytes: a string is at worst UTF-16, and the model has decoded it. */
const LONGEST_STRING = 32_767 / 2;
const LONGEST_NAME = 127 + 1;

/** Every value at any depth. */
function values(pdf: PdfModel): Value[] {
  const found: Value[] = [];
  const visit = (value: Value) => {
    found.push(value);
    if (Array.isArray(value)) for (const one of value) visit(one);
    else if (value instanceof Map) for (const one of value.values()) visit(one);
  };
  for (const { value } of pdf.objects.values()) visit(value);
  visit(pdf.trailer);
  return found;
}

function streams({ file, objects }: PdfModel): { at: number; length: number }[] {
  const found: { at: number; length: number }[] = [];
  const head = /\/Length (\d+)( 0 R)?>>stream\n/g;
  for (let match = head.exec(file); match; match = head.exec(file)) {
    const n = Number(match[1]);
    const length = match[2] === undefined ? n : Number(objects.get(n)?.value);
    found.push({ at: head.lastIndex, length });
    head.lastIndex += length;
  }
  return found;
}

const PLAIN = 1;

/** Clause 6.1.4 and ISO 32000-1, 7.5.8. */
function misplaced(pdf: PdfModel): string[] {
  const { file, trailer } = pdf;
  const start = Number(/startxref\n(\d+)/.exec(file)?.[1]);
  if (!/^\d+ 0 obj\n<<\/Type\/XRef/.test(file.slice(start, start + 40))) return ['startxref points elsewhere'];
  const rows = crossReference(pdf);
  const wrong = rows.flatMap(([type, place], ref) =>
    type === PLAIN && !file.startsWith(`${ref} 0 obj\n`, place) ? [`object ${ref} is not at ${place}`] : [],
  );
  return rows.length === trailer.get('/Size') ? wrong : ['/Size is not the number of entries', ...wrong];
}

/** Type and place by object; the rows were predicted with PNG's “up”. */
function crossReference({ trailer, crossReference: coded }: PdfModel): [type: number, place: number][] {
  const [type = 0, place = 0, index = 0] = trailer.get('/W') as number[];
  const width = type + place + index;
  const bytes = Buffer.from(coded, 'latin1');
  const above = Buffer.alloc(width);
  return Array.from({ length: bytes.length / (width + 1) }, (_, row) => {
    for (let i = 0; i < width; i++) above[i]! += bytes[row * (width + 1) + 1 + i]!;
    return [above.readUIntBE(0, type), above.readUIntBE(type, place)];
  });
}
