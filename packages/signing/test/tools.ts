import { spawnSync } from 'node:child_process';
import type { TestContext } from 'vitest';

export const isInstalled = (tool: string): boolean => spawnSync(tool, ['--version']).error === undefined;

/** Says so, and passes the test over, where a tool is not there. */
export function requireTool(context: TestContext, tool: string): void {
  if (!isInstalled(tool)) context.skip(`${tool} is not installed`);
}
