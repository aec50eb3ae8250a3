/**
 * Values that may not fit into memory together. Can be read again. They are read in parts, because an asynchronous step for each value costs as
 * much as parsing it. Dispose of it: a long one keeps a file open.
 */
export abstract class LongList<T> implements AsyncIterable<T>, AsyncDisposable {
  abstract get length(): number;
  abstract parts(): AsyncIterable<readonly T[]>;
  abstract [Symbol.asyncDispose](): Promise<void>;

  /** The same list with each value as `of` makes it, each time it is read. Disposing of one of the lists disposes of both. */
  map<R>(of: (value: T) => R): LongList<R> {
    return new MappedList(this, of);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for await (const part of this.parts()) yield* part;
  }
}

class MappedList<S, T> extends LongList<T> {
  constructor(
    private readonly source: LongList<S>,
    private readonly of: (value: S) => T,
  ) {
    super();
  }

  get length(): number {
    return this.source.length;
  }

  async *parts(): AsyncGenerator<readonly T[]> {
    for await (const part of this.source.parts()) yield part.map((value) => this.of(value));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.source[Symbol.asyncDispose]();
  }
}
