// Reads a report from standard input and writes the digest of its pack. The test runs it with different TZ and LANG.
import { createHash } from 'node:crypto';
import { json } from 'node:stream/consumers';
import { canonicalJson } from '@evidence/contracts';
import { writeStandardPack } from '../dist/standard/write-standard-pack.js';

const { findings, ...report } = await json(process.stdin);
const data = Buffer.from(canonicalJson({ ...report, findings }));
const hash = createHash('sha256');
const pack = writeStandardPack({
  about: report,
  json: [data],
  report: () => report,
  findings,
  keyUrl: 'https://evidence.example/.well-known/jwks.json',
});
for await (const chunk of pack) hash.update(chunk);
process.stdout.write(hash.digest('hex'));
