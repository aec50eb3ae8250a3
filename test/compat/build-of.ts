import { execFile } from 'node:child_process';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY } from '@evidence/testkit';

const run = promisify(execFile);
const BUILDS = join(homedir(), '.cache', 'evidence-reports', 'builds');
const BUILD_TIMEOUT_MS = 15 * 60_000;

/** Whether the commit is in this clone's history. A shallow clone, or an archive, has no history to be compatible with. */
export async function hasCommit(commit: string): Promise<boolean> {
  try {
    await run('git', ['-C', REPOSITORY, 'cat-file', '-e', `${commit}^{commit}`]);
    return true;
  } catch {
    console.warn(`Commit ${commit} is not in this clone, so builds are not compared with it.`);
    return false;
  }
}

/** The folder with a build of a commit. It is built once, with the commit's own tools, and kept in the cache with the other test tools. */
export async function buildOf(commit: string): Promise<string> {
  const folder = join(BUILDS, commit);
  if (await exists(join(folder, 'built'))) return folder;
  const draft = `${folder}.draft`;
  await rm(draft, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
  await mkdir(BUILDS, { recursive: true });
  await run('git', ['clone', '-q', '--shared', '--no-checkout', REPOSITORY, draft]);
  await run('git', ['-C', draft, 'checkout', '-q', commit]);
  // pnpm's links are absolute, so the build is made at its final path.
  await rename(draft, folder);
  await run('npm', ['run', '--silent', 'build'], { cwd: folder, timeout: BUILD_TIMEOUT_MS });
  await mkdir(join(folder, 'built'));
  return folder;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
