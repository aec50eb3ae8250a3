import { documentSchemas, type Problem as ProblemDocument } from '@evidence/contracts';
import { Problem, type ProblemFacts, type ProblemSlug, type WrongMember } from '../call/problem.js';
import { challengeOf } from './bearer-token.js';

/** The response for a problem. */
export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body: `application/problem+json` (RFC 9457). */
  readonly document: ProblemDocument;
}

type Kind = Pick<ProblemDocument, 'status' | 'title'>;

/** The HTTP status and title (RFC 9457 §3.1) of each slug, from the examples of its contract. */
const KINDS = Object.fromEntries(
  documentSchemas['Problem.v1'].examples.map(({ error, status, title }) => [error, { status, title }]),
) as Readonly<Record<Exhaustive, Kind>>;

type Shown = (typeof documentSchemas)['Problem.v1']['examples'][number]['error'];
/** Does not compile if a slug of the contract has no example. */
type Exhaustive = ProblemSlug extends Shown ? Shown : never;

/** A problem whose response has additional headers, such as `Allow`. */
export class HttpProblem extends Problem {
  constructor(
    slug: ProblemSlug,
    message: string,
    facts: ProblemFacts,
    readonly headers: Readonly<Record<string, string>>,
  ) {
    super(slug, message, facts);
  }
}

/** The response for a problem: status, headers and document. */
export function answerOf(problem: Problem): ProblemAnswer {
  const { slug, facts, message, retryAfterS } = problem;
  const { status, title } = KINDS[slug];
  const { value, violations, ...rest } = facts;
  const challenge = challengeOf(problem);
  return {
    status,
    headers: {
      ...(challenge !== undefined && { 'www-authenticate': challenge }),
      ...(retryAfterS !== undefined && { 'retry-after': String(retryAfterS) }),
      ...(problem instanceof HttpProblem && problem.headers),
    },
    document: {
      type: `https://evidence-reports.example/problems/${slug}`,
      title,
      status,
      detail: message,
      error: slug,
      ...rest,
      ...(value === undefined ? {} : { value: echoOf(value) }),
      ...(violations && { violations: violations.map(shownViolation) }),
    },
  };
}

const shownViolation = ({ value, ...rest }: WrongMember): Violations[number] => ({
  ...rest,
  ...(value === undefined ? {} : { value: echoOf(value) }),
});

type Violations = Exclude<ProblemDocument['violations'], undefined>;
type Echo = Exclude<ProblemDocument['value'], undefined>;

const ECHO_CHARS_MAX = 200;

/** What was sent, so that the sender recognises it: unchanged if short, otherwise the beginning of its JSON. */
function echoOf(value: unknown): Echo {
  const json = JSON.stringify(value);
  return json.length <= ECHO_CHARS_MAX ? (value as Echo) : `${json.slice(0, ECHO_CHARS_MAX)}…`;
}
