// Replaces the `evidence` command: records how it was called, and prints a token.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

const args = process.argv.slice(2);
appendFileSync(join(process.env.DATA_DIR, 'evidence-calls'), `${JSON.stringify(args)}\n`);
if (process.env.STAND_IN_EVIDENCE_FAILS) {
  console.error('the store said no');
  process.exitCode = 1;
} else if (args[0] === 'tokens') console.log('demo-token');
