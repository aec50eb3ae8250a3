import {
  assertDocument,
  type ChangeFinding,
  ContractError,
  type CreateReport,
  type GetCrosswalk,
  type ImportFindings,
  type ListAudit,
  type ListFindings,
  type ListReports,
  type PackTemplate,
  type Violation,
} from '@evidence/contracts';
import { assertTemplate } from '@evidence/template';
import { Problem } from './problem.js';

/** What clients may send, by the contract it must keep. */
interface Requests {
  readonly CreateReport: CreateReport;
  readonly ChangeFinding: ChangeFinding;
  readonly ListReports: ListReports;
  readonly ListFindings: ListFindings;
  readonly ListAudit: ListAudit;
  readonly ImportFindings: ImportFindings;
  readonly GetCrosswalk: GetCrosswalk;
}

/** A body that keeps its contract. Throws `invalid_request` with the wrong member as a JSON Pointer (RFC 6901). */
export const acceptBody = <Name extends keyof Requests>(name: Name, body: unknown): Requests[Name] =>
  accept(name, body, (pointer) => pointer);

/**
 * The template of a body that keeps its contract, if it has one. Throws `invalid_request`, with the wrong member as a JSON
 * Pointer into the body, for a template that could not be rendered, and for one of a report that is no PDF.
 */
export function acceptTemplate({ template, format }: CreateReport): PackTemplate | undefined {
  if (template === undefined) return undefined;
  if (format !== 'pdf') {
    const message = 'A template lays out a PDF: ask for format "pdf", or leave the template out.';
    throw new Problem('invalid_request', message, { field: '/template', value: template });
  }
  keepingContract(
    () => assertTemplate(template),
    template,
    (pointer) => `/template${pointer}`,
  );
  return template;
}

/** Query parameters that keep their contract, each at most once. Throws `invalid_request` with the wrong parameter. */
export function acceptQuery<Name extends keyof Requests>(
  name: Name,
  query: Readonly<Record<string, unknown>>,
): Requests[Name] {
  const [repeated] = Object.entries(query).find(([, value]) => Array.isArray(value)) ?? [];
  if (repeated !== undefined) {
    const field = repeated.slice(0, FIELD_CHARS_MAX);
    throw new Problem('invalid_request', `${field} stands there more than once: send it once.`, {
      field,
      value: query[repeated],
    });
  }
  const { limit } = query;
  const isCount = typeof limit === 'string' && /^\d{1,9}$/.test(limit);
  return accept(name, isCount ? { ...query, limit: Number(limit) } : { ...query }, (pointer) => pointer.slice(1));
}

function accept<Name extends keyof Requests>(
  name: Name,
  value: unknown,
  fieldAt: (pointer: string) => string,
): Requests[Name] {
  keepingContract(() => assertDocument(`${name}.v1`, value), value, fieldAt);
  return value as Requests[Name];
}

/** What `assert` finds wrong with the value, as a problem of the call. */
function keepingContract(assert: () => void, value: unknown, fieldAt: (pointer: string) => string): void {
  try {
    assert();
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    throw problemOf(error.violations[0], value, fieldAt);
  }
}

function problemOf(violation: Violation, value: unknown, fieldAt: (pointer: string) => string): Problem {
  const { pointer, unknownMember, missingMember, message, allowed } = violation;
  const child = unknownMember ?? missingMember;
  const path = child === undefined ? pointer : `${pointer}/${child.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const field = fieldAt(path);
  const sent = valueAt(value, path);
  return new Problem('invalid_request', sentenceOf(), {
    ...(field === '' ? {} : { field: field.slice(0, FIELD_CHARS_MAX) }),
    ...(sent === undefined ? {} : { value: sent }),
    ...(allowed === undefined ? {} : { allowed: allowed.slice(0, ALLOWED_MAX).map(String) }),
  });

  function sentenceOf(): string {
    if (unknownMember !== undefined)
      return `There is no "${unknownMember.slice(0, FIELD_CHARS_MAX)}" in this request: leave it out.`;
    if (missingMember !== undefined) return `"${missingMember}" is missing: give it.`;
    if (allowed !== undefined && sent !== undefined && AJV_WORDS.test(message))
      return `${JSON.stringify(sent).slice(0, VALUE_CHARS_MAX)} is no value of ${field}: use one of ${allowed.slice(0, ALLOWED_MAX).join(', ')}.`;
    return `${field === '' ? 'The body' : field} ${message}.`;
  }
}

/** As the contract of a problem has it. */
const FIELD_CHARS_MAX = 300;
const ALLOWED_MAX = 64;
const VALUE_CHARS_MAX = 100;
/** Ajv's own words (8.20) name neither the value nor what is allowed; a message of ours, as for a template, says more than we could here. */
const AJV_WORDS = /^must be /;

function valueAt(value: unknown, pointer: string): unknown {
  let at = value;
  for (const token of pointer.split('/').slice(1)) {
    if (at === null || typeof at !== 'object') return undefined;
    at = (at as Record<string, unknown>)[token.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return at;
}
