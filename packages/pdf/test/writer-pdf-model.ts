import { inflateSync } from 'node:zlib';

/** A PDF value. Names keep their slash; strings and streams are latin1 text. */
export type Value = string | number | boolean | null | PdfString | Reference | Value[] | Dictionary;
export type Dictionary = Map<string, Value>;

export class PdfString {
  constructor(readonly text: string) {}
}

export class Reference {
  constructor(readonly ref: number) {}
}

export interface PdfObject {
  value: Value;
  /** Decoded. */
  stream?: string;
}

/** The objects of a PDF as our writer makes it: one revision of consecutive objects and object streams. */
export class PdfModel {
  readonly objects = new Map<number, PdfObject>();
  trailer: Dictionary = new Map();
  /** Decoded, latin1. */
  crossReference = '';
  /** All bytes, latin1. */
  file = '';

  static read(pdf: Uint8Array): PdfModel {
    const model = new PdfModel();
    const file = Buffer.from(pdf).toString('latin1');
    model.file = file;
    const head = /(\d+) 0 obj\n/y;
    head.lastIndex = '%PDF-1.7\n%....\n'.length;
    for (let found = head.exec(file); found; found = head.exec(file)) {
      head.lastIndex = model.#object(file, Number(found[1]), head.lastIndex);
    }
    return model;
  }

  /** Follows a reference; returns any other value unchanged. */
  resolve(value: Value | undefined): Value | undefined {
    return value instanceof Reference ? this.objects.get(value.ref)?.value : value;
  }

  dictionary(value: Value | undefined): Dictionary {
    const resolved = this.resolve(value);
    return resolved instanceof Map ? resolved : new Map();
  }

  array(value: Value | undefined): Value[] {
    const resolved = this.resolve(value);
    return Array.isArray(resolved) ? resolved : [];
  }

  stream(value: Value | undefined): string {
    return (value instanceof Reference && this.objects.get(value.ref)?.stream) || '';
  }

  get catalog(): Dictionary {
    return this.dictionary(this.trailer.get('/Root'));
  }

  #object(file: string, ref: number, at: number): number {
    const parser = new Parser(file, at);
    const value = parser.value();
    if (!file.startsWith('stream\n', parser.at)) {
      this.objects.set(ref, { value });
      return file.indexOf('endobj\n', parser.at) + 'endobj\n'.length;
    }
    const dictionary = value as Dictionary;
    const start = parser.at + 'stream\n'.length;
    const length = dictionary.get('/Length');
    const end = typeof length === 'number' ? start + length : file.indexOf('\nendstream\nendobj\n', start);
    const raw = Buffer.from(file.slice(start, end), 'latin1');
    const isDeflated = dictionary.get('/Filter') === '/FlateDecode';
    const stream = (isDeflated ? inflateSync(raw) : raw).toString('latin1');
    if (dictionary.get('/Type') === '/ObjStm') this.#group(dictionary, stream);
    else if (dictionary.get('/Type') === '/XRef') {
      this.trailer = dictionary;
      this.crossReference = stream;
    } else this.objects.set(ref, { value, stream });
    return end + '\nendstream\nendobj\n'.length;
  }

  #group(dictionary: Dictionary, stream: string): void {
    const first = dictionary.get('/First') as number;
    const numbers = stream.slice(0, first).trim().split(/\s+/).map(Number);
    for (let i = 0; i < numbers.length; i += 2) {
      this.objects.set(numbers[i]!, { value: new Parser(stream, first + numbers[i + 1]!).value() });
    }
  }
}

const DELIMITED = /[^\s<>[\]()/]+/y;

class Parser {
  constructor(
    readonly text: string,
    public at: number,
  ) {}

  value(): Value {
    this.#skip();
    const { text, at } = this;
    if (text.startsWith('<<', at)) return this.#dictionary();
    if (text[at] === '[') return this.#array();
    if (text[at] === '(') return this.#literal();
    if (text[at] === '<') return this.#hex();
    if (text[at] === '/') return `/${this.#word(at + 1)}`;
    const reference = /(\d+) 0 R/y;
    reference.lastIndex = at;
    const found = reference.exec(text);
    if (found) {
      this.at += found[0].length;
      return new Reference(Number(found[1]));
    }
    const word = this.#word(at);
    if (word === 'true' || word === 'false') return word === 'true';
    return word === 'null' ? null : Number(word);
  }

  #skip(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }

  #word(from: number): string {
    DELIMITED.lastIndex = from;
    const word = DELIMITED.exec(this.text)?.[0] ?? '';
    this.at = from + word.length;
    return word;
  }

  #dictionary(): Dictionary {
    const entries: Dictionary = new Map();
    this.at += 2;
    for (this.#skip(); !this.text.startsWith('>>', this.at); this.#skip()) {
      const key = this.value() as string;
      entries.set(key, this.value());
    }
    this.at += 2;
    return entries;
  }

  #array(): Value[] {
    const values: Value[] = [];
    this.at += 1;
    for (this.#skip(); this.text[this.at] !== ']'; this.#skip()) values.push(this.value());
    this.at += 1;
    return values;
  }

  #literal(): PdfString {
    let text = '';
    for (this.at++; this.text[this.at] !== ')'; this.at++) {
      if (this.text[this.at] === '\\') this.at++;
      text += this.text[this.at];
    }
    this.at++;
    return new PdfString(text);
  }

  #hex(): PdfString {
    const end = this.text.indexOf('>', this.at);
    const bytes = Buffer.from(this.text.slice(this.at + 1, end), 'hex');
    this.at = end + 1;
    const isUtf16 = bytes[0] === 0xfe && bytes[1] === 0xff;
    return new PdfString(isUtf16 ? bytes.subarray(2).swap16().toString('utf16le') : bytes.toString('latin1'));
  }
}
