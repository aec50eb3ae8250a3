import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { ArtifactStore } from '../src/index.js';

const REPORT = Buffer.from('{"id":"rpt_2026_a"}');
const REPORT_SHA256 = createHash('sha256').update(REPORT).digest('hex');
const ABSENT = '0'.repeat(64);

/** What every artifact store does, whatever it keeps its blobs in. `openEmpty` answers a store with nothing in it. */
export function artifactStoreConformance(name: string, openEmpty: () => Promise<ArtifactStore>): void {
  describe(`artifact store: ${name}`, () => {
    it('gives back what was put, under the digest of its bytes', async () => {
      const store = await openEmpty();
      const ref = await store.put('acme', REPORT, 'application/json');
      expect(ref).toEqual({ sha256: REPORT_SHA256, sizeBytes: REPORT.length, mediaType: 'application/json' });
      expect(Buffer.from(await store.get('acme', ref.sha256))).toEqual(REPORT);
      expect(await store.sizeOf('acme', ref.sha256)).toBe(REPORT.length);
      expect(await buffer(await store.open('acme', ref.sha256))).toEqual(REPORT);
    });

    it('keeps an empty blob', async () => {
      const store = await openEmpty();
      const { sha256 } = await store.put('acme', new Uint8Array(), 'text/plain');
      expect(await store.sizeOf('acme', sha256)).toBe(0);
      expect(await buffer(await store.open('acme', sha256))).toHaveLength(0);
    });

    it('stays quiet when the same bytes are put again, one after another or at once', async () => {
      const store = await openEmpty();
      const puts = Array.from({ length: 20 }, () => store.put('acme', REPORT, 'application/json'));
      const refs = [...(await Promise.all(puts)), await store.put('acme', REPORT, 'application/json')];
      expect(new Set(refs.map((ref) => ref.sha256))).toEqual(new Set([REPORT_SHA256]));
      expect(Buffer.from(await store.get('acme', REPORT_SHA256))).toEqual(REPORT);
    });

    it('streams a span, first and last byte included', async () => {
      const store = await openEmpty();
      const { sha256 } = await store.put('acme', Buffer.from('0123456789'), 'text/plain');
      expect(String(await buffer(await store.open('acme', sha256, { first: 2, last: 5 })))).toBe('2345');
      expect(String(await buffer(await store.open('acme', sha256, { first: 9, last: 9 })))).toBe('9');
    });

    it.each([
      ['ends after the blob', { first: 0, last: 10 }],
      ['begins after its end', { first: 3, last: 2 }],
      ['is negative', { first: -1, last: 2 }],
      ['is not whole', { first: 0.5, last: 2 }],
    ])('refuses a span that %s', async (_, span) => {
      const store = await openEmpty();
      const { sha256 } = await store.put('acme', Buffer.from('0123456789'), 'text/plain');
      await expect(store.open('acme', sha256, span)).rejects.toMatchObject({ code: 'span_outside' });
    });

    it('says what is not there, before the first byte', async () => {
      const store = await openEmpty();
      await expect(store.get('acme', ABSENT)).rejects.toMatchObject({ code: 'not_found' });
      await expect(store.open('acme', ABSENT)).rejects.toMatchObject({ code: 'not_found' });
      expect(await store.sizeOf('acme', ABSENT)).toBeUndefined();
    });

    it('does not show one tenant the blobs of another', async () => {
      const store = await openEmpty();
      const { sha256 } = await store.put('acme', REPORT, 'application/json');
      await expect(store.get('globex', sha256)).rejects.toMatchObject({ code: 'not_found' });
      await store.remove('globex', sha256);
      expect(await store.sizeOf('acme', sha256)).toBe(REPORT.length);
    });

    it('forgets what is removed, and stays quiet when it is removed again', async () => {
      const store = await openEmpty();
      const { sha256 } = await store.put('acme', REPORT, 'application/json');
      await store.remove('acme', sha256);
      await store.remove('acme', sha256);
      expect(await store.sizeOf('acme', sha256)).toBeUndefined();
    });

    it.each(['', '.', '..', '../acme', 'acme/..', 'a/b', 'a\\b', 'acme\0', 'ACME', '-acme', 'a'.repeat(64)])(
      'refuses the tenant %j, which is no slug',
      async (tenant) => {
        const store = await openEmpty();
        await expect(store.put(tenant, REPORT, 'application/json')).rejects.toMatchObject({ code: 'invalid_name' });
        await expect(store.get(tenant, REPORT_SHA256)).rejects.toMatchObject({ code: 'invalid_name' });
      },
    );

    it.each(['', '..', `../${'0'.repeat(61)}`, REPORT_SHA256.toUpperCase(), `${ABSENT}\n`, ABSENT.slice(1)])(
      'refuses the name %j, which is no SHA-256',
      async (sha256) => {
        const store = await openEmpty();
        await expect(store.get('acme', sha256)).rejects.toMatchObject({ code: 'invalid_name' });
        await expect(store.open('acme', sha256)).rejects.toMatchObject({ code: 'invalid_name' });
        await expect(store.sizeOf('acme', sha256)).rejects.toMatchObject({ code: 'invalid_name' });
        await expect(store.remove('acme', sha256)).rejects.toMatchObject({ code: 'invalid_name' });
      },
    );
  });
}
