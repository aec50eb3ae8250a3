import { execFile } from 'node:child_process';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY } from '@evidence/testkit';

const run = promisify(execFile);
const BUILDS = join(homedir(), '.cache', 'evidence-reports', 'builds');
const BUILD_TIMEOUT_MS = 15 * 60_000;

/** Is the commit in this clone's history? A shallow clone, or an archive, has no past to be compatible with. */
export async function hasCommit(commit: string): Promise<boolean> {
  try {
    await run('git', ['-C', REPOSITORY, 'cat-file', '-e', `${commit}^{commit}`]);
    return true;
  } catch {
    console.warn(`Commit ${commit} is not in this clone, so builds are not compared with it.`);
    return false;
  }
}

/** The folder with a finished build of a commit: made once, by the commit's own tools, and kept beside the other test tools. */
export async function buildOf(commit: string): Promise<string> {
  const folder = join(BUILDS, commit);
  if (await exists(join(folder, 'built'))) return folder;
  const draft = `${folder}.draft`;
  await rm(draft, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
  await mkdir(BUILDS, { recursive: true });
  await run('git', ['clone', '-q', '--shared', '--no-checkout', REPOSITORY, draft]);
  await run('git', ['-C', draft, 'checkout', '-q', commit]);
  // pnpm's links hold whole paths: built where it stays.
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
