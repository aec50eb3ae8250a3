import type { FileHandle } from 'node:fs/promises';
import { checkWhole, type NamedFile } from './checked-chunks.js';
import { useFolder } from './trouble.js';

const REMEMBERED_MAX = 10_000;

/** Identifies a file and a version of its content: writing to the file, or replacing it, changes one of these values. */
export interface FileVersion {
  readonly sizeBytes: number;
  readonly text: string;
}

export async function versionOf(file: FileHandle): Promise<FileVersion> {
  const { ino, size, mtimeNs, ctimeNs } = await useFolder(() => file.stat({ bigint: true }));
  return { sizeBytes: Number(size), text: `${ino} ${size} ${mtimeNs} ${ctimeNs}` };
}

/** Remembers which files match their names. A file is read once for that, and again when it has changed. */
export class VerifiedFiles {
  readonly #versions = new Map<string, string>();
  readonly #underWay = new Map<string, Promise<void>>();

  /** Reads the file, unless it was already checked. Throws `corrupt`. */
  async require(named: NamedFile, version: FileVersion): Promise<void> {
    if (this.#versions.get(named.path) === version.text) return;
    const key = `${named.path} ${version.text}`;
    const checking = this.#underWay.get(key) ?? this.#check(named, version).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, checking);
    return checking;
  }

  /** Called when the content matched. A file that changed in the meantime is not remembered. */
  async remember({ path, file }: NamedFile, opened: FileVersion): Promise<void> {
    if ((await versionOf(file)).text !== opened.text) return;
    this.#versions.delete(path);
    this.#versions.set(path, opened.text);
    const [oldest] = this.#versions.keys();
    if (this.#versions.size > REMEMBERED_MAX && oldest !== undefined) this.#versions.delete(oldest);
  }

  async #check(named: NamedFile, version: FileVersion): Promise<void> {
    await checkWhole(named);
    await this.remember(named, version);
  }
}
