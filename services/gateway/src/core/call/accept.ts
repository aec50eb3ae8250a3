import {
  assertDocument,
  ContractError,
  type CreateReport,
  type DocumentData,
  nearestName,
  type PackTemplate,
  type Violation,
} from '@evidence/contracts';
import { assertTemplate } from '@evidence/template';
import { Problem, type WrongMember } from './problem.js';
import { sentences } from './sentences.js';

/** Returns a body that is valid by its contract. Throws `invalid_request` with the invalid member as a JSON Pointer (RFC 6901). */
export const acceptBody = <Name extends keyof DocumentData>(name: Name, body: unknown): DocumentData[Name] =>
  accept(name, body, (pointer) => pointer);

/**
 * The template of a valid body, if it has one. Throws `invalid_request`, with the invalid member as a JSON Pointer into the body, for a template that
 * cannot be rendered, a template for a report that is not a PDF, and any template if they are turned off.
 */
export function acceptTemplate({ template, format }: CreateReport, areAllowed = true): PackTemplate | undefined {
  if (template === undefined) return undefined;
  if (!areAllowed) throw new Problem('invalid_request', sentences.templatesOff, { field: '/template' });
  if (format !== 'pdf') {
    throw new Problem('invalid_request', sentences.templateNeedsPdf, { field: '/template', value: template });
  }
  keepingContract(
    (sent) => assertTemplate(sent),
    template,
    (pointer) => `/template${pointer}`,
    1,
  );
  return template;
}

/** Returns query parameters that are valid by their contract, each at most once. Throws `invalid_request` with the invalid parameter. */
export function acceptQuery<Name extends keyof DocumentData>(
  name: Name,
  query: Readonly<Record<string, unknown>>,
): DocumentData[Name] {
  const [repeated] = Object.entries(query).find(([, value]) => Array.isArray(value)) ?? [];
  if (repeated !== undefined) {
    const field = repeated.slice(0, FIELD_CHARS_MAX);
    throw new Problem('invalid_request', sentences.repeated(field), {
      field,
      value: query[repeated],
    });
  }
  const { limit } = query;
  const isCount = typeof limit === 'string' && /^\d{1,9}$/.test(limit);
  return accept(name, isCount ? { ...query, limit: Number(limit) } : { ...query }, (pointer) => pointer.slice(1));
}

function accept<Name extends keyof DocumentData>(
  name: Name,
  value: unknown,
  fieldAt: (pointer: string) => string,
): DocumentData[Name] {
  keepingContract((sent) => assertDocument(name, sent), value, fieldAt);
  return value as DocumentData[Name];
}

/** Throws what `assert` finds wrong with the value, up to `violationsMax`, as a problem of the call. */
function keepingContract(
  assert: (value: unknown) => void,
  value: unknown,
  fieldAt: (pointer: string) => string,
  violationsMax = VIOLATIONS_MAX,
): void {
  const [first, ...more] = violationsOf(assert, value, violationsMax).map((violation) =>
    wrongMemberOf(violation, value, fieldAt),
  );
  if (!first) return;
  const { detail, ...facts } = first;
  if (more.length === 0) throw new Problem('invalid_request', detail, facts);
  const all = [first, ...more];
  const details = all.map((one) => one.detail).join(' ');
  throw new Problem('invalid_request', details.slice(0, DETAIL_CHARS_MAX), { ...facts, violations: all });
}

/**
 * All violations, at most `max`. The validator stops at the first one, because a body of a megabyte could have a million. The offending part is
 * removed and the rest validated again, until there is a violation that only the removal caused.
 */
function violationsOf(assert: (value: unknown) => void, value: unknown, max: number): readonly Violation[] {
  const rest = structuredClone(value);
  const found: Violation[] = [];
  const taken = new Set<string>();
  while (found.length < max) {
    const violation = firstViolation(assert, rest);
    if (!violation) return found;
    const place = placeOf(violation);
    const isLess = [...taken].some((one) => one === place || one.startsWith(`${place}/`));
    if (isLess) return found;
    found.push(violation);
    if (found.length === max || violation.missingMember !== undefined || !takeOut(rest, place, violation.allowed))
      return found;
    taken.add(place);
  }
  return found;
}

function firstViolation(assert: (value: unknown) => void, value: unknown): Violation | undefined {
  try {
    assert(value);
    return undefined;
  } catch (error) {
    if (error instanceof ContractError) return error.violations[0];
    throw error;
  }
}

/**
 * Removes the invalid part from the value. In a list of known values, an allowed one replaces it, because removing an item would shift those after
 * it. Returns false if it cannot be removed.
 */
function takeOut(value: unknown, pointer: string, allowed: readonly unknown[] = []): boolean {
  const end = pointer.lastIndexOf('/');
  const parent = end < 0 ? undefined : valueAt(value, pointer.slice(0, end));
  if (parent === null || typeof parent !== 'object') return false;
  const name = unescaped(pointer.slice(end + 1));
  if (!Array.isArray(parent)) return delete (parent as Record<string, unknown>)[name];
  const other = allowed.find((one) => !parent.includes(one));
  if (other === undefined) return takeOut(value, pointer.slice(0, end));
  parent[Number(name)] = other;
  return true;
}

function placeOf({ pointer, unknownMember, missingMember }: Violation): string {
  const child = unknownMember ?? missingMember;
  return child === undefined ? pointer : `${pointer}/${child.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function wrongMemberOf(violation: Violation, value: unknown, fieldAt: (pointer: string) => string): WrongMember {
  const { unknownMember, missingMember, message, isGeneric, allowed } = violation;
  const path = placeOf(violation);
  const field = fieldAt(path);
  const sent = valueAt(value, path);
  return {
    detail: sentence(),
    ...(field === '' ? {} : { field: field.slice(0, FIELD_CHARS_MAX) }),
    ...(sent === undefined ? {} : { value: sent }),
    ...(allowed === undefined ? {} : { allowed: allowed.slice(0, ALLOWED_MAX).map(String) }),
  };

  function sentence(): string {
    if (unknownMember !== undefined) {
      const meant = nearestName(unknownMember, (allowed ?? []).map(String));
      return sentences.unknownMember(unknownMember.slice(0, FIELD_CHARS_MAX), meant);
    }
    if (missingMember !== undefined) return sentences.missingMember(missingMember);
    if (isGeneric && allowed !== undefined && sent !== undefined) {
      const shown = JSON.stringify(sent).slice(0, VALUE_CHARS_MAX);
      return sentences.notAllowed(shown, field, allowed.slice(0, ALLOWED_MAX).map(String));
    }
    return sentences.breaksRule(field, message);
  }
}

/** The limits of the problem's contract. */
const FIELD_CHARS_MAX = 300;
const ALLOWED_MAX = 64;
const VALUE_CHARS_MAX = 100;
const DETAIL_CHARS_MAX = 4_000;
/** The client can fix the rest after the next call. */
const VIOLATIONS_MAX = 16;

function valueAt(value: unknown, pointer: string): unknown {
  let at = value;
  for (const token of pointer.split('/').slice(1)) {
    if (at === null || typeof at !== 'object') return undefined;
    at = (at as Record<string, unknown>)[unescaped(token)];
  }
  return at;
}

const unescaped = (token: string): string => token.replaceAll('~1', '/').replaceAll('~0', '~');
