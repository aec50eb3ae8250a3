// Reads a report as JSON and prints the digest of its pack: for the test that changes the environment of the process.
import { createHash } from 'node:crypto';
import { json } from 'node:stream/consumers';
import { renderPack } from '@evidence/pdf';

const pdf = await renderPack(await json(process.stdin));
process.stdout.write(createHash('sha256').update(pdf).digest('hex'));
