import type { FileDisposition } from '@evidence/contracts';
import { NAME_CHARS_MAX } from '../../limits.js';
import { isObject, type JsonObject, textOf } from '../json/values.js';
import { excerptOf } from '../redaction.js';
import { oneLine } from '../text.js';

const FINGERPRINTS_MAX = 5;
const MESSAGE_CHARS_MAX = 200;
const JUSTIFICATION_CHARS_MAX = 1000;
const AUTHOR_CHARS_MAX = 200;
const KIND_CHARS_MAX = 64;
/** Members of a suppression's property bag in which tools keep the author; SARIF itself has none (§3.35). */
const AUTHORS = ['author', 'alias', 'userAlias', 'suppressedBy'];

/** What identifies a result within its rule: its fingerprints (§3.27.16), else partial ones with their file (§3.27.17), else its place, else its message. */
export function identityWithinRule(row: JsonObject, place: string, file: string, message: string): string[] {
  const whole = fingerprintsOf(row.fingerprints);
  if (whole.length > 0) return ['fingerprints', ...whole];
  const partial = fingerprintsOf(row.partialFingerprints);
  if (partial.length > 0) return ['partialFingerprints', file, ...partial];
  return place === '' ? ['message', oneLine(excerptOf(message), MESSAGE_CHARS_MAX)] : ['location', place];
}

/** Sorted, `name=value`. */
function fingerprintsOf(fingerprints: unknown): string[] {
  if (!isObject(fingerprints)) return [];
  const stated = Object.entries(fingerprints).filter(([, value]) => textOf(value) !== undefined);
  const named = stated.map(([name, value]) => oneLine(`${name}=${value}`, NAME_CHARS_MAX)).sort();
  return named.slice(0, FINGERPRINTS_MAX);
}

/** The first suppression (§3.35) that closes a result, in the file's own words. */
export function dispositionOf(suppressions: unknown): FileDisposition | undefined {
  const [suppression] = Array.isArray(suppressions) ? suppressions.filter(isObject) : [];
  if (!suppression) return undefined;
  const kind = oneLine(textOf(suppression.kind) ?? '', KIND_CHARS_MAX) || 'suppressed';
  const justification = oneLine(excerptOf(textOf(suppression.justification) ?? ''), JUSTIFICATION_CHARS_MAX);
  const bag = isObject(suppression.properties) ? suppression.properties : {};
  const by = oneLine(
    AUTHORS.map((name) => textOf(bag[name])).find((author) => author !== undefined) ?? '',
    AUTHOR_CHARS_MAX,
  );
  const place = placeOf(isObject(suppression.location) ? suppression.location : {});
  return { kind, ...(justification && { justification }), ...(by && { by }), ...(place && { place }) };
}

/** `src/Login.java:59`, or the function if there is no file. */
export function placeOf(location: JsonObject): string {
  const file = fileOf(location);
  if (file !== '') {
    const { startLine } = member(member(location, 'physicalLocation'), 'region');
    return oneLine(Number.isSafeInteger(startLine) ? `${file}:${startLine}` : file, NAME_CHARS_MAX);
  }
  const { logicalLocations } = location;
  const logical = Array.isArray(logicalLocations) && isObject(logicalLocations[0]) ? logicalLocations[0] : {};
  return oneLine(textOf(logical.fullyQualifiedName) ?? textOf(logical.name) ?? '', NAME_CHARS_MAX);
}

export const fileOf = (location: JsonObject): string =>
  textOf(member(member(location, 'physicalLocation'), 'artifactLocation').uri) ?? '';

const member = (object: JsonObject, name: string): JsonObject => {
  const value = object[name];
  return isObject(value) ? value : {};
};
