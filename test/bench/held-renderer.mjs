/** Stands in for the renderer of a stack: the renderer itself, until there is the file `hold-renderer` in the data folder; from then on nobody. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

if (existsSync(join(process.env.DATA_DIR, 'hold-renderer'))) {
  process.once('disconnect', () => process.exit(0));
  process.once('SIGTERM', () => process.exit(0));
  setInterval(() => {}, 60_000);
} else await import('../../services/renderer/dist/main.js');
