import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { type ArtifactStore, BLOB_MAX_BYTES, WHOLE_MAX_BYTES } from '../src/index.js';

const REPORT = Buffer.from('{"id":"rpt_2026_a"}');
const REPORT_SHA256 = createHash('sha256').update(REPORT).digest('hex');
const ABSENT = '0'.repeat(64);
const LARGE = randomBytes(1_000_003);
const LARGE_SHA256 = createHash('sha256').update(LARGE).digest('hex');

async function* inPiecesOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** The promises that every artifact store keeps. `openEmpty` returns an empty store. */
export function artifactStoreConformance(name: string, openEmpty: () => Promise<ArtifactStore>): void {
  describe(`artifact store: ${name}`, () => {
    it('returns what was put, by the digest of its bytes', async () => {
      const store = await openEmpty();
      const ref = await store.put('acme', REPORT, 'application/json');
      expect(ref).toEqual({ sha256: REPORT_SHA256, sizeBytes: REPORT.length, mediaType: 'application/json' });
      expect(Buffer.from(await store.get('acme', ref.sha256))).toEqual(REPORT);
      expect(await store.sizeOf('acme', ref.sha256)).toBe(REPORT.length);
      expect(await buffer(await store.open('acme', ref))).toEqual(REPORT);
    });

    it('stores an empty blob', async () => {
      const store = await openEmpty();
      const ref = await store.put('acme', new Uint8Array(), 'text/plain');
      expect(await store.sizeOf('acme', ref.sha256)).toBe(0);
      expect(await buffer(await store.open('acme', ref))).toHaveLength(0);
    });

    it('accepts the same bytes again, one after the other or at once', async () => {
      const store = await openEmpty();
      const puts = Array.from({ length: 20 }, () => store.put('acme', REPORT, 'application/json'));
      const refs = [...(await Promise.all(puts)), await store.put('acme', REPORT, 'application/json')];
      expect(new Set(refs.map((ref) => ref.sha256))).toEqual(new Set([REPORT_SHA256]));
      expect(Buffer.from(await store.get('acme', REPORT_SHA256))).toEqual(REPORT);
    });

    it.each([1_000, 262_144, 1_000_003])('writes and reads a stream in pieces of %i bytes', async (size) => {
      const store = await openEmpty();
      const ref = await store.write('acme', 'text/plain', inPiecesOf(LARGE, size));
      expect(ref).toEqual({ sha256: LARGE_SHA256, sizeBytes: LARGE.length, mediaType: 'text/plain' });
      expect(await buffer(store.read('acme', LARGE_SHA256))).toEqual(LARGE);
    });

    it('keeps blobs apart that are written at the same time, whatever their size', async () => {
      const store = await openEmpty();
      const blobs = [0, 1, 1_000, 262_143, 262_144, 262_145, 524_288, 1_000_003].map((size) => randomBytes(size));
      for (let round = 0; round < 2; round++) {
        const refs = await Promise.all(blobs.map((blob) => store.write('acme', 'text/plain', inPiecesOf(blob, 1_000))));
        for (const [index, { sha256, sizeBytes }] of refs.entries()) {
          expect(sizeBytes).toBe(blobs[index]?.length);
          expect((await buffer(store.read('acme', sha256))).equals(blobs[index] as Buffer)).toBe(true);
        }
      }
    });

    it('accepts pieces from a source that reuses its memory', async () => {
      const store = await openEmpty();
      async function* counting() {
        const piece = Buffer.alloc(1);
        for (const letter of 'abc') {
          piece.write(letter);
          yield piece;
        }
      }
      const { sha256 } = await store.write('acme', 'text/plain', counting());
      expect(String(await buffer(store.read('acme', sha256)))).toBe('abc');
    });

    it('reads an empty stream', async () => {
      const store = await openEmpty();
      const { sha256 } = await store.write('acme', 'text/plain', []);
      expect(await buffer(store.read('acme', sha256))).toHaveLength(0);
    });

    it('stores nothing of a source that fails, and passes its error on', async () => {
      const store = await openEmpty();
      const fault = new Error('the source broke off');
      async function* broken() {
        yield LARGE;
        throw fault;
      }
      await expect(store.write('acme', 'text/plain', broken())).rejects.toBe(fault);
      expect(await store.sizeOf('acme', LARGE_SHA256)).toBeUndefined();
    });

    it('gives a file for bytes that are changed before they are stored', async () => {
      const store = await openEmpty();
      await using scratch = await store.scratch();
      for (const piece of [LARGE.subarray(0, 400_000), LARGE.subarray(400_000)])
        await scratch.write(scratch.length, piece);
      await scratch.write(10, Buffer.from('changed'));
      expect(scratch.length).toBe(LARGE.length);
      const expected = Buffer.from(LARGE);
      expected.write('changed', 10);
      const { sha256 } = await store.write('acme', 'text/plain', scratch.chunks());
      expect((await buffer(store.read('acme', sha256))).equals(expected)).toBe(true);
      await expect(scratch.write(BLOB_MAX_BYTES, Buffer.alloc(1))).rejects.toMatchObject({ code: 'too_large' });
    });

    it('tells a reader that stops before the end that what it read is unchecked', async () => {
      const store = await openEmpty();
      await store.put('acme', LARGE, 'text/plain');
      const stopping = async () => {
        for await (const _ of store.read('acme', LARGE_SHA256)) return;
      };
      await expect(stopping()).rejects.toMatchObject({ code: 'not_read_to_end', retryable: false });
    });

    it('refuses a blob over the limit', async () => {
      const store = await openEmpty();
      // These are untouched zero pages, which take no memory.
      const [tooLarge, tooLargeForMemory] = [new Uint8Array(BLOB_MAX_BYTES + 1), new Uint8Array(WHOLE_MAX_BYTES + 1)];
      await expect(store.write('acme', 'text/plain', [tooLarge])).rejects.toMatchObject({ code: 'too_large' });
      await expect(store.put('acme', tooLargeForMemory, 'text/plain')).rejects.toMatchObject({ code: 'too_large' });
    });

    it('streams a span, first and last byte included', async () => {
      const store = await openEmpty();
      const ref = await store.put('acme', Buffer.from('0123456789'), 'text/plain');
      expect(String(await buffer(await store.open('acme', ref, { first: 2, last: 5 })))).toBe('2345');
      expect(String(await buffer(await store.open('acme', ref, { first: 9, last: 9 })))).toBe('9');
    });

    it.each([
      ['ends after the blob', { first: 0, last: 10 }],
      ['begins after its end', { first: 3, last: 2 }],
      ['is negative', { first: -1, last: 2 }],
      ['is not whole', { first: 0.5, last: 2 }],
    ])('refuses a span that %s', async (_, span) => {
      const store = await openEmpty();
      const ref = await store.put('acme', Buffer.from('0123456789'), 'text/plain');
      await expect(store.open('acme', ref, span)).rejects.toMatchObject({ code: 'span_outside' });
    });

    it('reports a missing blob before the first byte', async () => {
      const store = await openEmpty();
      await expect(store.get('acme', ABSENT)).rejects.toMatchObject({ code: 'not_found' });
      await expect(store.open('acme', { sha256: ABSENT, sizeBytes: 1 })).rejects.toMatchObject({ code: 'not_found' });
      await expect(buffer(store.read('acme', ABSENT))).rejects.toMatchObject({ code: 'not_found' });
      expect(await store.sizeOf('acme', ABSENT)).toBeUndefined();
    });

    it('does not show one tenant the blobs of another', async () => {
      const store = await openEmpty();
      const { sha256 } = await store.put('acme', REPORT, 'application/json');
      await expect(store.get('globex', sha256)).rejects.toMatchObject({ code: 'not_found' });
      await store.remove('globex', sha256);
      expect(await store.sizeOf('acme', sha256)).toBe(REPORT.length);
    });

    it('removes a blob, and accepts its removal again', async () => {
      const store = await openEmpty();
      const { sha256 } = await store.put('acme', REPORT, 'application/json');
      await store.remove('acme', sha256);
      await store.remove('acme', sha256);
      expect(await store.sizeOf('acme', sha256)).toBeUndefined();
    });

    it.each(['', '.', '..', '../acme', 'acme/..', 'a/b', 'a\\b', 'acme\0', 'ACME', '-acme', 'a'.repeat(64)])(
      'refuses the tenant %j, which is not a slug',
      async (tenant) => {
        const store = await openEmpty();
        await expect(store.put(tenant, REPORT, 'application/json')).rejects.toMatchObject({ code: 'invalid_name' });
        await expect(store.write(tenant, 'text/plain', [REPORT])).rejects.toMatchObject({ code: 'invalid_name' });
        await expect(store.get(tenant, REPORT_SHA256)).rejects.toMatchObject({ code: 'invalid_name' });
      },
    );

    it.each(['', '..', `../${'0'.repeat(61)}`, REPORT_SHA256.toUpperCase(), `${ABSENT}\n`, ABSENT.slice(1)])(
      'refuses the name %j, which is not a SHA-256',
      async (sha256) => {
        const store = await openEmpty();
        await expect(store.get('acme', sha256)).rejects.toMatchObject({ code: 'invalid_name' });
        await expect(buffer(store.read('acme', sha256))).rejects.toMatchObject({ code: 'invalid_name' });
        await expect(store.open('acme', { sha256, sizeBytes: 1 })).rejects.toMatchObject({ code: 'invalid_name' });
        await expect(store.sizeOf('acme', sha256)).rejects.toMatchObject({ code: 'invalid_name' });
        await expect(store.remove('acme', sha256)).rejects.toMatchObject({ code: 'invalid_name' });
      },
    );
  });
}
