import { spawnSync } from 'node:child_process';
import type { TestContext } from 'vitest';

export const isInstalled = (tool: string): boolean => spawnSync(tool, ['--version']).error === undefined;

/** Skips the test, with a note, if a tool is not installed. */
export function requireTool(context: TestContext, tool: string): void {
  if (!isInstalled(tool)) context.skip(`${tool} is not installed`);
}
