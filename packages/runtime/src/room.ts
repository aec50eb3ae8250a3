import { statfs } from 'node:fs/promises';
import { integer } from './config.js';

const ONE_GIB = 1024 ** 3;
const QUOTA_MAX = 1_000_000_000_000_000;

/** How much space a tenant may use, and how much must stay free for everybody. 0: no limit. */
export const roomVariables = {
  quotaFindings: quota('QUOTA_FINDINGS', 10_000_000),
  quotaArtifactBytes: quota('QUOTA_ARTIFACT_BYTES', 100 * ONE_GIB),
  quotaQueuedReports: quota('QUOTA_QUEUED_REPORTS', 1_000),
  diskWatermarkBytes: integer('DISK_WATERMARK_BYTES', { default: ONE_GIB, min: 0, max: QUOTA_MAX }),
};

function quota(name: string, usual: number) {
  return integer(name, { default: usual, min: 0, max: QUOTA_MAX });
}

/** A disk with less free space than must stay free. */
export interface DiskShortage {
  /** The name of what is stored on the disk. */
  readonly name: string;
  readonly freeBytes: number;
  readonly watermarkBytes: number;
}

/** What an unprivileged process can still write to the folder's disk; undefined: the folder does not exist, or the space is not known. */
export type FreeBytes = (folder: string) => Promise<number | undefined>;

const freeBytesOf: FreeBytes = (folder) =>
  statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => undefined,
  );

/** In this time, a file that arrives at 1 GB/s fills no more than the default watermark. */
const KNOWN_FOR_MS = 1_000;

export interface DiskWatchParts {
  /** By the names shown to people. Several may be on one disk, and a folder need not exist. */
  readonly folders: Readonly<Record<string, string>>;
  /** 0: no limit. */
  readonly watermarkBytes: number;
  /** Default: asks the file system. */
  readonly freeBytes?: FreeBytes | undefined;
  /** A clock that only goes forward, in milliseconds. */
  readonly clockMs?: () => number;
}

/**
 * The free space of the disks that are written to, at most a second old. There is no hysteresis: a call may be accepted right after another was
 * refused, because every call is decided by itself.
 */
export class DiskWatch {
  #known: { readonly atMs: number; readonly free: Promise<ReadonlyMap<string, number>> } | undefined;

  constructor(private readonly parts: DiskWatchParts) {}

  /** The fullest of the disks that are below the watermark. */
  async shortage(): Promise<DiskShortage | undefined> {
    const { watermarkBytes } = this.parts;
    if (watermarkBytes === 0) return undefined;
    const [fullest] = [...(await this.free())].sort(([, one], [, other]) => one - other);
    if (fullest === undefined || fullest[1] >= watermarkBytes) return undefined;
    return { name: fullest[0], freeBytes: fullest[1], watermarkBytes };
  }

  /** By name, for the folders that exist. */
  free(): Promise<ReadonlyMap<string, number>> {
    const { folders, freeBytes = freeBytesOf, clockMs = () => performance.now() } = this.parts;
    const nowMs = clockMs();
    if (this.#known && nowMs - this.#known.atMs < KNOWN_FOR_MS) return this.#known.free;
    const asked = Object.entries(folders).map(async ([name, folder]) => [name, await freeBytes(folder)] as const);
    const free = Promise.all(asked).then(
      (answers) => new Map(answers.flatMap(([name, bytes]) => (bytes === undefined ? [] : [[name, bytes]]))),
    );
    this.#known = { atMs: nowMs, free };
    return free;
  }
}

/** For the operator. */
export const shortageInWords = ({ name, freeBytes, watermarkBytes }: DiskShortage): string =>
  `The disk of ${name} has only ${freeBytes} bytes free, and ${watermarkBytes} must stay free (DISK_WATERMARK_BYTES): free some space there.`;
