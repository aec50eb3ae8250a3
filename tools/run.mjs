// Runs on any Node >= 18 with npm: installs the pinned pnpm workspace once, then hands over to the pinned Node.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { delimiter, join, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
const root = dirname(dirname(fileURLToPath(import.meta.url))); process.chdir(root);
const env = { ...process.env, PATH: join(root, 'node_modules', '.bin') + delimiter + process.env.PATH, TURBO_TELEMETRY_DISABLED: '1' };
const run = (cmd, args) => { const r = spawnSync(cmd, args, { stdio: 'inherit', env }); if (r.status !== 0) process.exit(r.status ?? 1); };
const t = process.argv[2];
if (t === 'build') run('turbo', ['run', 'build', '--output-logs=errors-only']);
if (t === 'test') { run('turbo', ['run', 'build', '--output-logs=errors-only']); run('vitest', ['run', ...process.argv.slice(3)]); }
