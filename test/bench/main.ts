/** Runs all benches, or the named ones: `npm run bench`, `npm run bench report`. Each in its own process, one after another. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = import.meta.dirname;
const files = readdirSync(folder).filter((file) => /\.bench\.ts$/.test(file));
const named = process.argv.slice(2);
const unknown = named.filter((name) => !files.some((file) => file.startsWith(`${name}.bench.`)));
if (unknown.length > 0) {
  console.error(
    `There is no bench ${unknown.join(', ')}; there are ${files.map((file) => file.split('.')[0]).join(', ')}.`,
  );
  process.exit(2);
}
for (const file of files.filter((one) => named.length === 0 || named.includes(one.split('.')[0] ?? ''))) {
  const { status } = spawnSync(process.execPath, [join(folder, file)], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
