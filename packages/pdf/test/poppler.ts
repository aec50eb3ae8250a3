import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';

/** Skips the test, with a note, unless the tool (of Debian's poppler-utils or qpdf) is installed. */
export function needs(context: TestContext, tool: string): void {
  if (spawnSync(tool, ['--version']).error === undefined) return;
  context.skip(`${tool} is not installed, so this is not checked here`);
}

/** Runs a tool on the PDF, whose path replaces `@`, and returns its standard output. */
export function run(pdf: Uint8Array, tool: string, ...args: string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'evidence-pdf-'));
  try {
    const file = join(folder, 'pack.pdf');
    writeFileSync(file, pdf);
    return execFileSync(
      tool,
      args.map((arg) => (arg === '@' ? file : arg)),
      { maxBuffer: 256 * 1024 * 1024 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
