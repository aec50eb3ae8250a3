import { join } from 'node:path';
import { StartFailure } from './failure.js';
import { checkedSettings } from './preflight.js';
import { scriptsOf } from './stack.js';
import { supervise } from './supervise.js';

// Only this user may read what we and our child processes write: findings, logs, keys.
process.umask(0o077);

const ROOT = join(import.meta.dirname, '..', '..', '..');

try {
  await supervise({
    settings: await checkedSettings(process.env, ROOT),
    scripts: scriptsOf(ROOT),
    cli: join(ROOT, 'packages', 'cli', 'dist', 'main.js'),
    samplesDir: join(ROOT, 'deploy', 'local', 'samples'),
    env: process.env,
  });
} catch (failure) {
  if (!(failure instanceof StartFailure)) throw failure;
  for (const line of failure.message.split('\n')) console.error(`  ${line}`);
  process.exitCode = 1;
}
