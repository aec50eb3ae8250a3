import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keepProgram, programIn } from './cached-program.js';
import { output } from './command.js';

/** A distribution whose archive has a recent enough nats-server, and the keys that sign this archive. */
interface Archive {
  readonly title: string;
  readonly suite: string;
  readonly component: string;
  readonly keyring: string;
}

/** Stable suites, pinned so that the server version does not change unexpectedly. Both have 2.10 (seen 2026-11). */
const ARCHIVES: Readonly<Record<string, Archive>> = {
  debian: {
    title: 'Debian',
    suite: 'trixie',
    component: 'main',
    keyring: '/usr/share/keyrings/debian-archive-keyring.gpg',
  },
  ubuntu: {
    title: 'Ubuntu',
    suite: 'noble',
    component: 'universe',
    keyring: '/usr/share/keyrings/ubuntu-archive-keyring.gpg',
  },
};

/** The index of a suite is 10 to 20 MB and the package 5 MB: minutes on a slow line, never longer. */
const APT_TIMEOUT_MS = 180_000;
const PACKAGE = 'nats-server';
const PROGRAM_IN_PACKAGE = 'usr/sbin/nats-server';

export interface FetchOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cacheDir: string;
  readonly say: (line: string) => void;
}

/**
 * The nats-server of the archive that this machine's apt already uses, unpacked into `cacheDir`. Needs no root and
 * leaves the system's apt untouched: apt runs on private folders and checks the archive's signature, and a cached program must still have
 * the hash that it had when it was fetched. `undefined` on a system that is neither Debian nor Ubuntu. Rejects when apt is absent or cannot
 * fetch.
 */
export async function natsServerFromArchive({ env, cacheDir, say }: FetchOptions): Promise<string | undefined> {
  const system = await osRelease();
  const archive = ARCHIVES[system.ID ?? ''];
  if (!archive) return undefined;
  const cached = join(cacheDir, `${PACKAGE}-${archive.suite}`);
  const inCache = await programIn(cached);
  if (inCache === 'kept') return cached;
  if (inCache === 'changed') say(`${cached} was changed after it was fetched: it is being replaced.`);
  const mirror = await mirrorInUse(system.VERSION_CODENAME ?? '', env);
  say(`Fetching nats-server from ${archive.title} ${archive.suite} (first start only) …`);
  await mkdir(cacheDir, { recursive: true, mode: 0o700 });
  const work = await mkdtemp(join(cacheDir, `${PACKAGE}-`));
  try {
    const program = await downloadAndUnpack({ archive, mirror, work, env });
    await keepProgram(program, cached);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return cached;
}

async function osRelease(): Promise<Readonly<Record<string, string>>> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const pairs = text.split('\n').map((line) => line.split('=', 2) as [string, string?]);
  return Object.fromEntries(pairs.map(([key, value = '']) => [key, value.replaceAll('"', '')]));
}

/** Asks apt where it fetches this system's own release from; other sources on the machine do not have the suite. */
async function mirrorInUse(codename: string, env: NodeJS.ProcessEnv): Promise<string> {
  const targets = await output('apt-get', ['indextargets', '--format', '$(RELEASE) $(REPO_URI)'], {
    env,
    timeoutMs: APT_TIMEOUT_MS,
  });
  const sources = targets.split('\n').map((line) => line.split(' ', 2) as [string, string?]);
  const [, uri] = sources.find(([release]) => release === codename) ?? sources[0] ?? [];
  if (!uri) throw new Error('apt has no package source on this machine');
  return uri;
}

interface Download {
  readonly archive: Archive;
  readonly mirror: string;
  readonly work: string;
  readonly env: NodeJS.ProcessEnv;
}

async function downloadAndUnpack({ archive, mirror, work, env }: Download): Promise<string> {
  const at = (...names: string[]) => join(work, ...names);
  await mkdir(at('lists', 'partial'), { recursive: true });
  await mkdir(at('cache', 'archives', 'partial'), { recursive: true });
  await writeFile(at('status'), '');
  const source = `deb [signed-by=${archive.keyring}] ${mirror} ${archive.suite} ${archive.component}\n`;
  await writeFile(at('sources.list'), source);
  const settings = {
    'Dir::Etc::SourceList': at('sources.list'),
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::Etc::Preferences': '/dev/null',
    'Dir::Etc::PreferencesParts': '/dev/null',
    'Dir::State::Lists': at('lists'),
    'Dir::State::status': at('status'),
    'Dir::Cache': at('cache'),
    'APT::Sandbox::User': 'root', // apt's own user may not enter a folder below HOME
    'Acquire::Languages': 'none',
    // Whatever this machine's settings allow, accept nothing that the archive's key did not sign, and no incomplete index.
    'Acquire::AllowInsecureRepositories': 'false',
    'Acquire::AllowWeakRepositories': 'false',
    'Acquire::AllowDowngradeToInsecureRepositories': 'false',
    'APT::Get::AllowUnauthenticated': 'false',
    'APT::Update::Error-Mode': 'any',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const options = { env, timeoutMs: APT_TIMEOUT_MS, cwd: work };
  await output('apt-get', [...flags, 'update', '-q'], options);
  await output('apt-get', [...flags, 'download', '-q', PACKAGE], options);
  const debs = (await readdir(work)).filter((name) => name.endsWith('.deb'));
  await output('dpkg', ['-x', at(debs[0] ?? `${PACKAGE}.deb`), at('unpacked')], options);
  return at('unpacked', PROGRAM_IN_PACKAGE);
}
