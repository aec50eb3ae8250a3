import { tempFolder } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { exportable, READY } from './exported.js';

/** About 100,000 verifications, most of which fail at the first digest. */
const EVERY_BYTE_TIMEOUT_MS = 600_000;

test(
  'a change of any byte of an export is detected',
  async () => {
    const temp = await tempFolder();
    onTestFinished(temp.remove);
    const { exported, check, store } = await exportable(temp.path);
    onTestFinished(() => store.close());
    const bytes = await exported({ reportId: READY });
    const unseen: string[] = [];
    for (let at = 0; at < bytes.length; at++) {
      const flip = [0x01, 0x20, 0x80][at % 3]!;
      bytes[at]! ^= flip;
      const { verdict } = await check(bytes);
      if (verdict === 'valid' || verdict === 'key_unknown') unseen.push(`${at}^${flip}: ${verdict}`);
      bytes[at]! ^= flip;
    }
    expect(unseen).toEqual([]);
    expect(await check(bytes)).toMatchObject({ verdict: 'valid' });
  },
  EVERY_BYTE_TIMEOUT_MS,
);
