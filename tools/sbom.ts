// `npm run sbom [-- <folder>]`: writes a CycloneDX 1.6 bill of materials of this software, and the texts of its licences.
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const DATA = join(ROOT, 'packages', 'frameworks', 'data');
const BYTES_MAX = 64 * 1024 * 1024;

type Licence = { readonly license: { readonly id?: string; readonly name?: string } } | { readonly expression: string };

interface Component {
  readonly type: string;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly Licence[];
  readonly [more: string]: unknown;
}

interface Sbom {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly components: readonly Component[];
  readonly [more: string]: unknown;
}

/** Packages that do not name their licence in package.json, and where we read it instead. */
const STATED_ELSEWHERE: Readonly<Record<string, string>> = {
  // Its LICENSE file, and the header of its source (2026-11-29).
  'png-js@1.1.0': 'MIT',
};

/** Licences that may be redistributed with a product under Apache-2.0, provided that their texts are included. */
const ALLOWED = new Set([
  ...['MIT', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', '0BSD', 'BlueOak-1.0.0', 'Unlicense', 'Zlib'],
  ...['OFL-1.1', 'CC0-1.0', 'Python-2.0'],
]);

/** Not part of the product: found on the machine, or fetched from the archive of its distribution by the first start. */
const RUN_BESIDE: Component = {
  ...{ type: 'application', name: 'nats-server', version: '2.10 or later', scope: 'optional' },
  licenses: [{ license: { id: 'Apache-2.0' } }],
  description: 'Found on the machine, or fetched from the signed archive of Debian or Ubuntu.',
};

const nameOf = ({ group, name }: Component): string => (group === undefined ? name : `${group}/${name}`);
const isOurs = (component: Component): boolean => component.group === '@evidence';

/** The production dependencies as the lockfile pins them, the data, and the programs that the product runs. */
export function sbom(): Sbom {
  const pnpm = join(ROOT, 'node_modules', '.bin', 'pnpm');
  const args = [
    'sbom',
    '--prod',
    '--sbom-format',
    'cyclonedx',
    '--sbom-type',
    'application',
    '--sbom-spec-version',
    '1.6',
  ];
  const found = JSON.parse(execFileSync(pnpm, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: BYTES_MAX })) as Sbom;
  const components = found.components.map((component) => ({ ...component, licenses: licencesOf(component) }));
  return { ...found, components: [...components, ...dataComponents(), RUN_BESIDE] };
}

function licencesOf(component: Component): readonly Licence[] {
  const { licenses = [], version } = component;
  const elsewhere = STATED_ELSEWHERE[`${nameOf(component)}@${version}`];
  return licenses.length > 0 || elsewhere === undefined ? licenses : [{ license: { id: elsewhere } }];
}

/** A row of NOTICE.md for each publication that data was taken from. */
interface Notice {
  readonly files: readonly string[];
  readonly from: string;
  readonly terms: string;
}

/** The first table of `packages/frameworks/data/NOTICE.md`. */
export function notices(): Notice[] {
  const [, table = ''] = readFileSync(join(DATA, 'NOTICE.md'), 'utf8').split('|---|---|---|\n', 2);
  const rows = table.split('\n\n', 1)[0]?.split('\n') ?? [];
  return rows.map((row) => {
    const [, files = '', from = '', terms = ''] = row.split('|').map((cell) => cell.trim());
    return { files: [...files.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file), from, terms };
  });
}

const dataComponents = (): Component[] =>
  notices().map(({ files, from, terms }) => ({
    ...{ type: 'data', name: files.join(', '), version: '', description: from },
    licenses: [{ license: { name: terms } }],
  }));

/** Files of `packages/frameworks/data` that no notice covers. The archive contains older versions of the same files. */
export function withoutNotice(): string[] {
  const covered = new Set(notices().flatMap(({ files }) => files.flatMap((file) => globSync(file, { cwd: DATA }))));
  const own = ['NOTICE.md', 'LICENSE-data'];
  return globSync('**/*.*', { cwd: DATA }).filter(
    (file) => !covered.has(file) && !own.includes(file) && !file.startsWith('archive/'),
  );
}

/** A sentence for each problem with the licences of what is redistributed; empty if there is none. */
export function licenceProblems({ components }: Pick<Sbom, 'components'>): string[] {
  const problems: string[] = [];
  for (const component of components) {
    const what = `${nameOf(component)} ${component.version}`.trim();
    const { licenses = [] } = component;
    if (licenses.length === 0) problems.push(`${what} names no licence: find it, and add it to STATED_ELSEWHERE.`);
    if (component.type === 'data' || isOurs(component)) continue;
    const wrong = licenses.map(expressionOf).filter((expression) => !isAllowed(expression));
    if (wrong.length > 0)
      problems.push(`${what} is under ${wrong.join(', ')}, which is not among those that are allowed.`);
    if (component.group === '@expo-google-fonts' && !fontLicenceOf(component))
      problems.push(`${what} has no licence of the font with it, or it is not the Open Font License.`);
  }
  return problems;
}

const expressionOf = (licence: Licence): string =>
  'expression' in licence ? licence.expression : (licence.license.id ?? licence.license.name ?? '');

/** `(MIT OR GPL-2.0) AND Zlib`, SPDX 2.3 annex D, without exceptions: all licences joined by AND must be allowed, and one of those joined by OR. */
export function isAllowed(expression: string): boolean {
  const whole = expression.trim();
  const inner = /^\(([^()]*)\)$/.exec(whole)?.[1];
  if (inner !== undefined) return isAllowed(inner);
  const grouped = whole.replace(/\(([^()]*)\)/g, (_, group: string) => (isAllowed(group) ? 'MIT' : 'none'));
  if (grouped !== whole) return isAllowed(grouped);
  return whole.split(/ OR /).some((one) => one.split(/ AND /).every((id) => ALLOWED.has(id.trim())));
}

const fontLicenceOf = (component: Component): boolean =>
  existsSync(join(folderOf(component) ?? '', 'LICENSE_FONT')) &&
  (component.licenses ?? []).some((licence) => expressionOf(licence).includes('OFL-1.1'));

/** The folder in which pnpm installed a package; undefined: it is not installed, for example because it is for another platform. */
function folderOf(component: Component): string | undefined {
  const store = join(ROOT, 'node_modules', '.pnpm');
  const name = nameOf(component);
  const start = `${name.replace('/', '+')}@${component.version}`;
  const entry = storeEntries(store).find(
    (each) => each === start || each.startsWith(`${start}_`) || each.startsWith(`${start}(`),
  );
  return entry && join(store, entry, 'node_modules', name);
}

let entries: readonly string[] | undefined;
const storeEntries = (store: string): readonly string[] => {
  entries ??= readdirSync(store);
  return entries;
};

const LICENCE_FILE = /^(?:licen[cs]e|copying|notice|ofl)/i;

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();

/** The texts that the licences require to be redistributed, package by package. */
function licenceTexts({ components }: Sbom): string {
  const parts = components
    .filter((component) => !isOurs(component))
    .map((component) => {
      const folder = folderOf(component);
      const files = folder === undefined ? [] : filesIn(folder).filter((file) => LICENCE_FILE.test(file));
      const texts = files.map((file) => readFileSync(join(folder ?? '', file), 'utf8').trim());
      const head = `${nameOf(component)} ${component.version}: ${(component.licenses ?? []).map(expressionOf).join(', ')}`;
      return [head, ...texts].join('\n\n');
    });
  return `${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

if (import.meta.main) {
  const folder = process.argv[2] ?? join(ROOT, 'sbom');
  const made = sbom();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(made, undefined, 2)}\n`);
  writeFileSync(join(folder, 'licences.txt'), licenceTexts(made));
  const problems = [...licenceProblems(made), ...withoutNotice().map((file) => `${file} is in no row of NOTICE.md.`)];
  console.log(
    `${made.components.length} components: ${join(folder, 'sbom.cdx.json')}, and their licences: licences.txt`,
  );
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
