const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const NULL = Buffer.from('null');
const MINUS_SIGN = Buffer.from('-');

/**
 * Turns Python's JSON into JSON: `NaN`, `Infinity` and `-Infinity`, which RFC 8259 §6 does not allow, become null, because a score that is
 * not a number is unknown. Strings are unchanged, and the parser refuses anything else that is not JSON.
 */
export async function* withoutNumbersOfPython(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const filter = new NumberFilter();
  for await (const chunk of source) yield* filter.take(chunk);
  yield* filter.rest();
}

/** Works byte by byte, because a word may be split across two chunks. Outside strings, `N` and `I` begin nothing else. */
class NumberFilter {
  #isInString = false;
  #isEscaped = false;
  /** A minus sign is held back until it is clear what it belongs to. */
  #minus = false;
  #isInWord = false;

  *take(chunk: Uint8Array): Generator<Uint8Array> {
    let from = 0;
    for (let at = 0; at < chunk.byteLength; at++) {
      const byte = chunk[at] ?? 0;
      if (this.#isInString) {
        this.#passString(byte);
        continue;
      }
      if (this.#isInWord) {
        if (isLetter(byte)) {
          from = at + 1;
          continue;
        }
        this.#isInWord = false;
      }
      if (byte === N || byte === I) {
        if (!this.#minus) yield chunk.subarray(from, at);
        this.#minus = false;
        yield NULL;
        this.#isInWord = true;
        from = at + 1;
        continue;
      }
      if (this.#minus) yield MINUS_SIGN;
      this.#minus = byte === MINUS;
      if (this.#minus) {
        yield chunk.subarray(from, at);
        from = at + 1;
      }
      this.#isInString = byte === QUOTE;
    }
    yield chunk.subarray(from);
  }

  *rest(): Generator<Uint8Array> {
    if (this.#minus) yield MINUS_SIGN;
  }

  #passString(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) this.#isInString = false;
  }
}

const N = 0x4e;
const I = 0x49;
const isLetter = (byte: number): boolean => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
