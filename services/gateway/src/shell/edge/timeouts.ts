/** How long a client may take, in milliseconds. Each bounds what a slow or stalled client holds of us. */
export interface Timeouts {
  /** For the request line and all headers, from the first byte of the connection or of the request. */
  readonly headersMs: number;
  /** For a JSON body, all of it. 30 s: 35 KB/s will do. */
  readonly bodyMs: number;
  /** Between two pieces of a body that is streamed. */
  readonly stalledMs: number;
  /** For a request with all of its body: an import of a gigabyte at 1 MiB/s, and some. */
  readonly requestMs: number;
  /** For the rest of an unwanted body, after the response. */
  readonly unwantedMs: number;
}

export const TIMEOUTS: Timeouts = {
  headersMs: 10_000,
  bodyMs: 30_000,
  stalledMs: 30_000,
  requestMs: 20 * 60_000,
  unwantedMs: 5_000,
};
