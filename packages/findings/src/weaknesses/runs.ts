import type { RunCopy, ScanCompared } from '@evidence/contracts';

/** The facts that tell whether two files are of one run. */
export type RunFile = Pick<ScanCompared, 'scanId' | 'tool' | 'startedAt' | 'copy' | 'rowsSha256' | 'tests'>;

/** A file of a run, and the weaknesses in it. */
export interface SeeingFile {
  readonly file: RunFile;
  readonly sees: Pick<ReadonlySet<string>, 'has'> & Iterable<string>;
}

/** How a file relates to the earlier files of its run. */
export type PlaceInRun = Pick<ScanCompared, 'copyOf' | 'supersedes' | 'apart'>;

/** The contract's limit. */
const OTHERS_MAX = 100;
const KINDS: readonly RunCopy['kind'][] = ['hitlog', 'digest', 'report'];

/**
 * By the scanner's own run id, else by equal rows. Two files of one kind that state different times are of different runs even if they
 * share a run id, because people name their runs `nightly`.
 */
export function isSameRun(one: RunFile, other: RunFile): boolean {
  if (!hasSameId(one, other) && !hasSameRows(one, other)) return false;
  if (one.startedAt === null || other.startedAt === null || !isSameKind(one, other)) return true;
  return Date.parse(one.startedAt) === Date.parse(other.startedAt);
}

const hasSameId = ({ tool, copy }: RunFile, other: RunFile): boolean =>
  copy !== undefined && copy.runId === other.copy?.runId && tool === other.tool;

const hasSameRows = ({ rowsSha256, copy }: RunFile, other: RunFile): boolean =>
  rowsSha256 !== undefined &&
  rowsSha256 === other.rowsSha256 &&
  !(copy && other.copy && copy.runId !== other.copy.runId);

const kindOf = ({ copy }: RunFile): RunCopy['kind'] => copy?.kind ?? 'report';
const isSameKind = (one: RunFile, other: RunFile): boolean => kindOf(one) === kindOf(other);

/**
 * A file is a copy of another file of its run if that one has everything it has. The more complete one counts, whichever came first. If
 * each of two files has something that the other lacks, neither is a copy, and both count.
 */
export function placeInRun(incoming: SeeingFile, compared: readonly ScanCompared[]): PlaceInRun {
  const others = countingFiles(compared.filter((each) => isSameRun(incoming.file, each)));
  const [better] = others.filter((other) => isCopyOf(incoming, other));
  if (better) return { copyOf: { scanId: better.file.scanId, superseded: false } };
  const lesser = others.filter((other) => isCopyOf(other, incoming));
  const apart = others.filter((other) => !lesser.includes(other));
  return {
    ...(lesser.length > 0 && { supersedes: idsOf(lesser) }),
    ...(apart.length > 0 && { apart: idsOf(apart) }),
  };
}

const idsOf = (files: readonly SeeingFile[]): string[] => files.map(({ file }) => file.scanId).slice(-OTHERS_MAX);

/** If two files are equally complete, each is a copy of the other. */
const isCopyOf = (one: SeeingFile, other: SeeingFile): boolean =>
  moreComplete(one.file, other.file) <= 0 && isWithin(one, other);

/** Positive: `one` is of the more complete kind, has more results, or says more about its run. */
function moreComplete(one: RunFile, other: RunFile): number {
  const byKind = KINDS.indexOf(kindOf(one)) - KINDS.indexOf(kindOf(other));
  const byResults = one.copy && other.copy ? one.copy.results - other.copy.results : 0;
  return byKind || byResults || saysOfRun(one) - saysOfRun(other);
}

const saysOfRun = ({ copy, startedAt }: RunFile): number => (copy ? 2 : 0) + (startedAt === null ? 0 : 1);

/** Kinds count differently (a hitlog counts hits, a report evaluations), so counts are compared only between files of one kind. */
function isWithin(one: SeeingFile, other: SeeingFile): boolean {
  for (const findingId of one.sees) if (!other.sees.has(findingId)) return false;
  if (!one.file.tests || !other.file.tests) return true;
  const byId = new Map(other.file.tests.map((test) => [test.id, test]));
  const byCounts = isSameKind(one.file, other.file);
  return one.file.tests.every(({ id, passed, failed }) => {
    const test = byId.get(id);
    if (!test || !byCounts) return test !== undefined;
    return failed <= test.failed && (passed === null || test.passed === null || passed <= test.passed);
  });
}

/** The files that are neither superseded nor copies, with everything that they saw. */
function countingFiles(compared: readonly ScanCompared[]): SeeingFile[] {
  const out = new Set(compared.flatMap(losersOf));
  const files = new Map<string, { readonly file: RunFile; readonly sees: Set<string> }>();
  for (const part of compared) {
    if (out.has(part.scanId)) continue;
    const known = files.get(part.scanId) ?? { file: part, sees: new Set() };
    files.set(part.scanId, known);
    for (const findingId of sightings(part)) known.sees.add(findingId);
  }
  return [...files.values()];
}

/** Ids of the scans that do not count, or no longer count, because of this one. */
export function losersOf({ scanId, copyOf, supersedes = [] }: ScanCompared): string[] {
  if (!copyOf) return supersedes;
  return copyOf.superseded ? [copyOf.scanId] : [scanId];
}

export const sightings = ({ first, again }: ScanCompared): string[] => [
  ...first.flatMap(({ findingIds }) => findingIds),
  ...again,
];

/** Which scan counts in place of each, and when its run was. */
export interface Runs {
  /** The scan itself if it is not a copy. */
  countingFor(scanId: string): string;
  /** As stated by a copy of the run, preferably the one that counts; null: no copy states it. */
  startedAt(scanId: string): string | null;
}

export function runsOf(compared: readonly ScanCompared[]): Runs {
  const winner = new Map<string, string>();
  for (const event of compared)
    for (const loser of losersOf(event))
      winner.set(loser, loser === event.scanId ? (event.copyOf?.scanId ?? loser) : event.scanId);
  const countingFor = (scanId: string): string => {
    let counting = scanId;
    for (let next = winner.get(counting); next !== undefined; next = winner.get(counting)) counting = next;
    return counting;
  };
  const stated = new Map<string, string>();
  for (const { scanId, startedAt } of compared) {
    const counting = countingFor(scanId);
    if (startedAt !== null && (scanId === counting || !stated.has(counting))) stated.set(counting, startedAt);
  }
  return { countingFor, startedAt: (scanId) => stated.get(countingFor(scanId)) ?? null };
}
