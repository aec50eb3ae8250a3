import { type Verification, verifyAttestation, verifyPdf } from '@evidence/verify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LocalAuthorities, startAuthorities } from '../../../../packages/signing/test/authorities.js';
import { isInstalled, requireTool } from '../../../../packages/signing/test/tools.js';
import { archivedBy, artifactOf } from '../artifact.js';

// The artifacts that an auditor receives: unchanged they are valid, with any byte changed they are not.

/** Some 90,000 verifications of 0.3 ms and 10,000 of 2 ms; longer on a busy machine. */
const TIMEOUT_MS = 240_000;
const LARGE = 300;
const POSITIONS = 10_000;

let local: LocalAuthorities;

beforeAll(async () => {
  if (!isInstalled('openssl')) return;
  local = await startAuthorities();
  await local.issueSigner('signer', 'ocsp');
});
afterAll(() => local?.stop());

/** The changes that are not detected, as `offset^flip`. Restores the bytes. */
function unseen(bytes: Buffer, changes: Iterable<Change>, verify: () => Verification): string[] {
  expect(verify().verdict).toBe('valid');
  const found: string[] = [];
  for (const { at, flip } of changes) {
    bytes[at]! ^= flip;
    if (verify().verdict === 'valid') found.push(`${at}^${flip}`);
    bytes[at]! ^= flip;
  }
  expect(verify().verdict).toBe('valid');
  return found;
}

interface Change {
  readonly at: number;
  readonly flip: number;
}

function* everyByteOf({ length }: Buffer): Generator<Change> {
  for (let at = 0; at < length; at += 1) yield { at, flip: 1 };
}

/** mulberry32, so that a failure can be repeated. */
function* seededChanges({ length }: Buffer): Generator<Change> {
  let state = 20261126;
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  for (let n = 0; n < POSITIONS; n += 1) {
    yield { at: Math.floor(random() * length), flip: 1 + Math.floor(random() * 255) };
  }
}

describe('no change goes undetected', { timeout: TIMEOUT_MS }, () => {
  test('of any byte of a small pack', async () => {
    const { bytes, trust } = await artifactOf('pdf', 0);
    expect(unseen(bytes, everyByteOf(bytes), () => verifyPdf({ bytes, trust }))).toEqual([]);
  });

  test('of 10,000 bytes of a large pack, archived', async (context) => {
    requireTool(context, 'openssl');
    const { bytes, trust } = await artifactOf('pdf', LARGE, archivedBy(local));
    const verify = () => verifyPdf({ bytes, trust, authorities: [local.root], atLeast: 'B-LTA' });
    expect(unseen(bytes, seededChanges(bytes), verify)).toEqual([]);
  });

  test('of 10,000 bytes of a large JSON report', async () => {
    const { bytes, envelope, trust } = await artifactOf('json', LARGE);
    const verify = () => verifyAttestation({ artifact: { bytes }, envelope, trust });
    expect(unseen(bytes, seededChanges(bytes), verify)).toEqual([]);
  });

  test.each(['pdf', 'json'] as const)('of any byte of the attestation of a %s report', async (format) => {
    const { bytes, envelope, trust } = await artifactOf(format, 1);
    const verify = () => verifyAttestation({ artifact: { bytes }, envelope, trust });
    expect(unseen(envelope, everyByteOf(envelope), verify)).toEqual([]);
  });
});
