const PIECE_BYTES = 64 * 1024;
/** Of one UTF-16 code unit. */
const UNIT_BYTES_MAX = 3;

/**
 * Texts in UTF-8, one after the other, in pieces of 64 KiB. Each text is encoded by itself: joined, they would all be held in two bytes per
 * character because of one character outside Latin-1, and then joining and encoding them takes most of the time that writing JSON takes. So
 * put many short texts, not one long one.
 */
export class Utf8Pieces {
  #full: Uint8Array[] = [];
  #piece = Buffer.alloc(0);
  #filled = 0;

  put(text: string): void {
    const bytesMax = text.length * UNIT_BYTES_MAX;
    if (bytesMax > this.#piece.length - this.#filled) this.#begin(Math.max(PIECE_BYTES, bytesMax));
    this.#filled += this.#piece.write(text, this.#filled);
  }

  get hasFull(): boolean {
    return this.#full.length > 0;
  }

  /** The pieces that are full. Each piece is taken once, and its memory is not used again. */
  takeFull(): readonly Uint8Array[] {
    const full = this.#full;
    this.#full = [];
    return full;
  }

  /** Also the last piece, which need not be full. */
  takeAll(): readonly Uint8Array[] {
    this.#cut();
    return this.takeFull();
  }

  #begin(bytes: number): void {
    this.#cut();
    this.#piece = Buffer.allocUnsafeSlow(bytes);
  }

  /** The rest of the memory is used for the next piece. */
  #cut(): void {
    if (this.#filled > 0) this.#full.push(this.#piece.subarray(0, this.#filled));
    this.#piece = this.#piece.subarray(this.#filled);
    this.#filled = 0;
  }
}
