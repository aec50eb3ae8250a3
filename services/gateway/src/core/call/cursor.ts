import { Problem } from './problem.js';
import type { Seal } from './seal.js';
import { sentences } from './sentences.js';

/** What a cursor is valid for: one list of one tenant. */
export interface CursorOwner {
  readonly list: 'reports' | 'findings' | 'audit';
  readonly tenant: string;
}

/** An opaque cursor that points after the row at `place`, a text that only the list interprets. */
export function cursorAt(place: string, owner: CursorOwner, seal: Seal): string {
  const encoded = Buffer.from(place).toString('base64url');
  return `${encoded}.${seal.sign(sealed(encoded, owner))}`;
}

/** The place after which `cursor` points. Throws `invalid_cursor` for one that we did not issue for this list and tenant. */
export function placeOf(cursor: string, owner: CursorOwner, seal: Seal): string {
  const [encoded = '', signature = '', ...rest] = cursor.split('.');
  if (rest.length === 0 && seal.verify(sealed(encoded, owner), signature)) {
    return Buffer.from(encoded, 'base64url').toString();
  }
  throw new Problem('invalid_cursor', sentences.cursorInvalid, { field: 'cursor', value: cursor });
}

/** Covers the characters as sent, because several spellings decode to the same place, and only ours is valid. */
const sealed = (encoded: string, { list, tenant }: CursorOwner) => `cursor\n${list}\n${tenant}\n${encoded}`;
