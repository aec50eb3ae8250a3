/** How long a client may take, in milliseconds. Each limit bounds the resources that a slow or stalled client can hold. */
export interface Timeouts {
  /** For the request line and all headers, from the first byte of the connection or of the request. */
  readonly headersMs: number;
  /** For a whole JSON body. At 30 s, 35 KB/s are enough. */
  readonly bodyMs: number;
  /** Between two chunks of a streamed body. */
  readonly stalledMs: number;
  /** For a request with its whole body: enough for an import of a gigabyte at 1 MiB/s. */
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
