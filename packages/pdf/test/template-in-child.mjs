// Reads a template and a report from standard input and writes the digest of the PDF. The test runs it with different TZ and LANG.
import { createHash } from 'node:crypto';
import { json } from 'node:stream/consumers';
import { renderTemplate } from '../dist/template/index.js';

const { template, report } = await json(process.stdin);
process.stdout.write(
  createHash('sha256')
    .update(await renderTemplate(template, report))
    .digest('hex'),
);
