/** Replaces the renderer of a stack. Runs the renderer, or does nothing if the data folder has a file `hold-renderer` at its start. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

if (existsSync(join(process.env.DATA_DIR ?? '', 'hold-renderer'))) {
  process.once('disconnect', () => process.exit(0));
  process.once('SIGTERM', () => process.exit(0));
  setInterval(() => {}, 60_000);
} else await import('../../services/renderer/dist/main.js');
