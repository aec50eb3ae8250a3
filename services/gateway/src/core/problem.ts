import type { Problem as ProblemDocument } from '@evidence/contracts';

/** Every way in which a call can fail: the family's slug, the HTTP status it always has, and the title (RFC 9457 §3.1). */
const KINDS = {
  invalid_request: { status: 400, title: 'Invalid request' },
  framework_unknown: { status: 400, title: 'Unknown framework' },
  scope_invalid: { status: 400, title: 'Invalid scope' },
  invalid_cursor: { status: 400, title: 'Invalid cursor' },
  missing_token: { status: 401, title: 'Missing token' },
  invalid_token: { status: 401, title: 'Invalid token' },
  expired_token: { status: 401, title: 'Expired token' },
  missing_scope: { status: 403, title: 'Missing scope' },
  ip_not_allowed: { status: 403, title: 'Address not allowed' },
  link_expired: { status: 403, title: 'Expired link' },
  not_found: { status: 404, title: 'Not found' },
  report_not_found: { status: 404, title: 'Report not found' },
  finding_not_found: { status: 404, title: 'Finding not found' },
  framework_not_found: { status: 404, title: 'Framework not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  idempotency_key_in_use: { status: 409, title: 'Idempotency key in use' },
  report_not_ready: { status: 409, title: 'Report not ready' },
  report_not_expired: { status: 409, title: 'Report not expired' },
  rules_changed: { status: 409, title: 'Rules changed' },
  report_expired: { status: 410, title: 'Report expired' },
  request_timeout: { status: 408, title: 'Request timeout' },
  precondition_failed: { status: 412, title: 'Precondition failed' },
  payload_too_large: { status: 413, title: 'Payload too large' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  range_not_satisfiable: { status: 416, title: 'Range not satisfiable' },
  idempotency_key_reused: { status: 422, title: 'Idempotency key reused' },
  too_many_streams: { status: 429, title: 'Too many streams' },
  rate_limited: { status: 429, title: 'Rate limited' },
  headers_too_large: { status: 431, title: 'Headers too large' },
  internal_error: { status: 500, title: 'Internal error' },
  unavailable: { status: 503, title: 'Unavailable' },
} as const satisfies Record<ProblemDocument['error'], { status: number; title: string }>;

export type ProblemSlug = ProblemDocument['error'];

type Facts = Readonly<
  Pick<
    ProblemDocument,
    'field' | 'allowed' | 'limit_bytes' | 'report_status' | 'not_ready' | 'retry_after_seconds' | 'limit' | 'window'
  >
> & {
  /** What was sent. */
  readonly value?: unknown;
};

/** A call that cannot be answered as asked. `message` tells the client what to do, `facts` hold the values that matter. */
export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly slug: ProblemSlug,
    message: string,
    readonly facts: Facts = {},
    /** Headers that belong to the answer, such as `Allow`. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }

  get status(): number {
    return KINDS[this.slug].status;
  }

  /** The body: `application/problem+json`. */
  get document(): ProblemDocument {
    const { status, title } = KINDS[this.slug];
    const { value, ...facts } = this.facts;
    return {
      type: `https://evidence-reports.example/problems/${this.slug}`,
      title,
      status,
      detail: this.message,
      error: this.slug,
      ...facts,
      ...(value === undefined ? {} : { value: echoOf(value) }),
    };
  }
}

/** `413` for a body that is larger than `limit_bytes`. */
export const tooLarge = (limitBytes: number): Problem =>
  new Problem('payload_too_large', `The body is larger than ${limitBytes} bytes: send less.`, {
    limit_bytes: limitBytes,
  });

/** After which an answer 503 invites to try again. */
const RETRY_AFTER_S = 5;

/** `503` with the `Retry-After` that belongs to it. */
export const unavailable = (message: string, notReady?: readonly string[]): Problem =>
  new Problem('unavailable', message, notReady ? { not_ready: [...notReady] } : {}, {
    'retry-after': String(RETRY_AFTER_S),
  });

type Echo = Exclude<ProblemDocument['value'], undefined>;

const ECHO_CHARS_MAX = 200;

/** What was sent, for its sender to recognise: as it is when short, else the beginning of its JSON. */
function echoOf(value: unknown): Echo {
  const json = JSON.stringify(value);
  return json.length <= ECHO_CHARS_MAX ? (value as Echo) : `${json.slice(0, ECHO_CHARS_MAX)}…`;
}
