import { posix } from 'node:path';
import { uncheckedInBenches } from './benches.js';
import { unnamedTestsOfPrograms } from './built-programs.js';
import { cyclesOf } from './cycles.js';
import { type Import, type ImportGraph, packageName } from './import-graph.js';
import { ioReachedFrom } from './io.js';

export interface Rule {
  readonly name: string;
  /** What to do instead. */
  readonly comment: string;
  /** One sentence for each place that breaks the rule. */
  readonly breaches: (graph: ImportGraph) => string[];
}

/** Entries of packages that are pure even if no core imports them yet; their I/O is in other subpaths. */
const PURE_ENTRIES = [
  'contracts',
  'decider',
  'event-store',
  'findings',
  'frameworks',
  'report',
  'retention',
  'template',
  'verdicts',
].map((name) => `packages/${name}/src/index.ts`);
/** Folders that are pure even if only code with I/O imports them. */
const PURE_FOLDERS = ['packages/findings/src/weaknesses'];
const VERIFIER_BUILTINS = ['fs', 'stream', 'fs/promises', 'crypto', 'process', 'util', 'path', 'url', 'zlib'];
/** The folders that each folder of packages/verify/src may import. Formats are below verdicts and do not know them. */
const BELOW_IN_VERIFY: Readonly<Record<string, readonly string[]>> = {
  sentences: [],
  asn1: [],
  x509: ['sentences', 'asn1'],
  cms: ['sentences', 'asn1', 'x509'],
  'pdf-file': ['asn1'],
  dsse: [],
  'formats.ts': ['asn1', 'x509', 'cms', 'pdf-file', 'dsse'],
  verdict: ['sentences', 'asn1', 'x509', 'cms', 'pdf-file', 'dsse'],
  command: ['sentences', 'pdf-file', 'verdict'],
};
/** Entries of packages that only tests import. */
const FOR_TESTS = ['packages/contracts/src/examples.ts', 'packages/decider/src/given.ts'];
const FILE_MAX_LINES = 300;
/** The HTTP parts of a service (its edge, core/http, and the controllers and module of each subject), and the libraries that they use. */
const HTTP =
  /^services\/[^/]+\/src\/(core\/http\/|shell\/edge\/|shell\/.+(\.controller|\/module)\.ts$)|^npm:(fastify|@nestjs\/.+)$|^node:(http2?|https)$/;

const CORE = /^services\/([^/]+)\/src\/core\//;
const ADAPTER = /^services\/([^/]+)\/src\/adapters\/([^/.]+)/;
const ROOMS_OF_A_SERVICE =
  /^services\/[^/]+\/(README\.md|package\.json|tsconfig\.json|src\/(core\/.+|ports\.ts|adapters\/.+|shell\/.+|main\.ts)|test\/.+)$/;
/** Files that every service has, with the same names. */
const SAME_FILES = [
  'src/core/decider.ts',
  'src/shell/config.ts',
  'src/shell/module.ts',
  'src/shell/start.ts',
  'test/core/decider.test.ts',
];
/** Tests are in the folder of the room that they test; files that several tests need are one level up. */
const PLACED_TEST = /^services\/[^/]+\/test\/((core|adapters|shell)\/.+|[^/]+(?<!\.test)\.ts)$/;
/** Subjects of the API, in core/ and in shell/. */
const SUBJECT = /^services\/[^/]+\/src\/(?:core|shell)\/(reports|findings|frameworks|audit|service)\//;
const BUCKET = /(^|\/)(utils?|common|helpers?|misc)(\.|\/|$)/i;

/** A rule about imports: every import from a file that `from` matches is a breach unless `allows` accepts it. */
function imports(
  name: string,
  comment: string,
  from: RegExp,
  allows: (to: string, from: RegExpExecArray, edge: Import) => boolean,
): Rule {
  const breaches = (graph: ImportGraph) =>
    graph.imports.flatMap((edge) => {
      const matched = from.exec(edge.from);
      return matched && !allows(edge.to, matched, edge) ? [`${edge.from} imports ${edge.request}`] : [];
    });
  return { name, comment, breaches };
}

const isIn = (path: string, folder: string) => path.startsWith(`${folder}/`);

export const RULES: readonly Rule[] = [
  imports(
    'services-talk-only-by-message',
    'A service imports no other service. Put what two services share into a contract or a package.',
    /^services\/([^/]+)\//,
    (to, [, own]) => !isIn(to, 'services') || isIn(to, `services/${own}`),
  ),
  imports(
    'core-imports-only-the-pure',
    'core/ decides. It imports only its own core and entries of packages. Pass everything else as an argument.',
    CORE,
    (to, [, own]) => isIn(to, `services/${own}/src/core`) || isIn(to, 'packages'),
  ),
  {
    name: 'core-reaches-no-io',
    comment:
      'Nothing that core/ loads, directly or indirectly, does I/O. Split the package into a pure subpath and another one for the rest (`exports` in its package.json).',
    breaches: (graph) => {
      const reach = ioReachedFrom(graph);
      const byCore = graph.imports
        .filter(({ from, to }) => CORE.test(from) && isIn(to, 'packages'))
        .flatMap(({ from, request, to }) => reach(to).map((io) => `${from} imports ${request}, and so ${io}`));
      const inFolders = [...graph.modules.keys()].filter((path) => PURE_FOLDERS.some((folder) => isIn(path, folder)));
      const pure = [...PURE_ENTRIES, ...inFolders];
      return [...byCore, ...pure.flatMap((path) => reach(path).map((io) => `${path} is pure, but ${io}`))];
    },
  },
  {
    name: 'core-is-pure',
    comment:
      'core/ is synchronous and depends only on its arguments. Pass in the time, the ids and the facts that it needs.',
    breaches: ({ modules }) =>
      [...modules]
        .filter(([path]) => CORE.test(path) || isIn(path, 'packages/verdicts/src'))
        .flatMap(([path, { impurities }]) => impurities.map((impurity) => `${path} uses ${impurity}`)),
  },
  imports(
    'adapters-know-ports-only',
    'An adapter implements one port. It knows neither the shell nor another adapter.',
    ADAPTER,
    (to, [, own, adapter]) =>
      !isIn(to, `services/${own}/src`) ||
      to === `services/${own}/src/ports.ts` ||
      isIn(to, `services/${own}/src/core`) ||
      ADAPTER.exec(to)?.[2] === adapter,
  ),
  imports(
    'only-main-starts-the-shell',
    'shell/ wires the service. Only main.ts and tests may import it.',
    /^services\/([^/]+)\/src\/(?!shell\/|main\.ts$)/,
    (to, [, own]) => !isIn(to, `services/${own}/src/shell`),
  ),
  imports(
    'use-cases-know-no-http',
    'Only shell/edge, core/http, and controllers and their module deal with HTTP. A use case takes and returns plain values.',
    /^services\/[^/]+\/src\/(core\/(?!http\/)|adapters\/|ports\.ts$|shell\/(?!edge\/)[^/]+\/(?!(.+\.controller|module)\.ts$))/,
    (to) => !HTTP.test(to),
  ),
  imports(
    'subjects-keep-apart',
    'A subject of the API imports no other subject. Move what both need into core/call or shell/call.',
    SUBJECT,
    (to, [, own]) => [undefined, own].includes(SUBJECT.exec(to)?.[1]),
  ),
  imports(
    'packages-do-not-know-services',
    'A package works for any service. Move what it needs into the package, or pass it as an argument.',
    /^packages\//,
    (to) => !isIn(to, 'services'),
  ),
  imports(
    'the-verifier-stands-alone',
    'An auditor runs packages/verify without our services: no NATS, no Nest, no signing keys, no network.',
    /^packages\/verify\/src\//,
    (to) =>
      ['packages/verify', 'packages/contracts'].some((folder) => isIn(to, folder)) ||
      VERIFIER_BUILTINS.some((builtin) => to === `node:${builtin}`),
  ),
  imports(
    'formats-lie-below-verdicts',
    'In packages/verify, a folder imports only folders below it. From the bottom: sentences, asn1, x509, cms, pdf-file, dsse; then verdict; then command.',
    /^packages\/verify\/src\/([^/]+)(?=\/|$)/,
    (to, [, own = '']) => {
      const [, target] = /^packages\/verify\/src\/([^/]+)/.exec(to) ?? [];
      return own === 'index.ts' || !target || target === own || (BELOW_IN_VERIFY[own]?.includes(target) ?? false);
    },
  ),
  imports(
    'formats-serve-signing-and-pdf',
    'packages/signing and packages/pdf import @evidence/verify/formats, because they write the formats that are verified. All others import @evidence/verify.',
    /^(?!packages\/(verify\/|(signing|pdf)\/test\/)).+/,
    (to, [from]) => {
      const entry = /^packages\/(signing|pdf)\//.test(from) ? 'formats.ts' : 'index.ts';
      return !isIn(to, 'packages/verify') || to === `packages/verify/src/${entry}`;
    },
  ),
  imports(
    'source-does-not-import-tests',
    'Shipped code does not import tests.',
    /^(packages|services|deploy)\/[^/]+\/src\//,
    (to) => !isIn(to, 'test') && !to.includes('/test/') && !FOR_TESTS.includes(to),
  ),
  {
    name: 'no-cycles-between-packages',
    comment: 'Packages form layers. Move what both need into a third package below them.',
    breaches: ({ packages }) => {
      const ours = new Set(packages.map(({ name }) => name));
      return circles(packages.map(({ name, dependencies }) => [name, dependencies.filter((to) => ours.has(to))]));
    },
  },
  {
    name: 'no-cycles-between-files',
    comment: 'Files do not import each other. Merge them, or move what both need into a third file.',
    breaches: ({ modules, imports: edges }) => {
      const outgoing = Map.groupBy(edges, ({ from }) => from);
      return circles([...modules.keys()].map((path) => [path, (outgoing.get(path) ?? []).map(({ to }) => to)]));
    },
  },
  {
    name: 'same-rooms',
    comment:
      'Every service has README.md and src/main.ts. A room (src/core, src/ports.ts, src/adapters, src/shell, test) may be missing, but is never renamed.',
    breaches: ({ paths }) => {
      const services = new Set(paths.filter((path) => isIn(path, 'services')).map((path) => path.split('/')[1]));
      const needed = [...services].flatMap((name) => [`services/${name}/README.md`, `services/${name}/src/main.ts`]);
      return [
        ...paths
          .filter((path) => isIn(path, 'services') && !ROOMS_OF_A_SERVICE.test(path))
          .map((path) => `${path} is in no room`),
        ...needed.filter((path) => !paths.includes(path)).map((path) => `${path} is missing`),
      ];
    },
  },
  {
    name: 'services-alike',
    comment: `Every service has these files: ${SAME_FILES.join(', ')}. Tests are in test/{core,adapters,shell}.`,
    breaches: ({ paths }) => {
      const inServices = paths.filter((path) => isIn(path, 'services'));
      const needed = [...new Set(inServices.map((path) => path.split('/').slice(0, 2).join('/')))].flatMap((service) =>
        SAME_FILES.map((file) => `${service}/${file}`),
      );
      return [
        ...needed.filter((path) => !paths.includes(path)).map((path) => `${path} is missing`),
        ...inServices
          .filter((path) => /^services\/[^/]+\/test\//.test(path) && !PLACED_TEST.test(path))
          .map((path) => `${path} is not in the test folder of a room`),
      ];
    },
  },
  {
    name: 'no-buckets',
    comment: 'Name a file after its purpose. A bucket for the rest becomes the largest file of all.',
    breaches: ({ paths }) => paths.filter((path) => BUCKET.test(path)).map((path) => `${path} does not name a purpose`),
  },
  {
    name: 'files-fit-in-a-head',
    comment: `A file has at most ${FILE_MAX_LINES} lines. Split it by subject.`,
    breaches: ({ modules, texts }) =>
      [...modules.keys()]
        .filter((path) => !path.includes('/generated/'))
        .map((path) => ({ path, lines: (texts.get(path) ?? '').trimEnd().split('\n').length }))
        .filter(({ lines }) => lines > FILE_MAX_LINES)
        .map(({ path, lines }) => `${path} has ${lines} lines`),
  },
  {
    name: 'tests-of-programs-say-so',
    comment:
      'A test that runs built programs or threads is called *.e2e.test.ts (or *.nats.test.ts): `npm test -- <filter>` builds for those only.',
    breaches: unnamedTestsOfPrograms,
  },
  {
    name: 'benches-are-type-checked',
    comment:
      'No test runs a bench, so only the compiler sees that a module has moved. Use TypeScript and literal names.',
    breaches: uncheckedInBenches,
  },
  {
    name: 'exports-have-sources',
    comment:
      'Each entry of `exports` has the condition `source`, which tests load, and `default`, the file that is built from it.',
    breaches: ({ packages }) => packages.flatMap(({ mismatched }) => mismatched),
  },
  {
    name: 'imports-are-declared',
    comment: 'Add the package to dependencies in package.json and, if it is ours, to references in tsconfig.json.',
    breaches: (graph) => [...new Set(graph.packages.flatMap((own) => undeclared(graph, own)))],
  },
];

function circles(edges: readonly (readonly [string, readonly string[]])[]): string[] {
  return cyclesOf(new Map(edges.map(([from, to]) => [from, new Set(to)]))).map((cycle) => cycle.sort().join(' <-> '));
}

function undeclared({ imports: edges, packages }: ImportGraph, own: ImportGraph['packages'][number]): string[] {
  const declared = new Set([...own.dependencies, ...typesForAll(packages)]);
  return edges
    .filter(({ from, request }) => isIn(from, `${own.folder}/src`) && !/^(\.|node:)/.test(request))
    .flatMap(({ from, request }) => {
      const name = packageName(request);
      const folder = packages.find((one) => one.name === name)?.folder;
      const missing = [
        ...(declared.has(name) ? [] : [posix.join(own.folder, 'package.json')]),
        ...(folder === undefined || own.references.includes(folder) ? [] : [posix.join(own.folder, 'tsconfig.json')]),
      ];
      return missing.map((file) => `${from} imports ${name}, which ${file} does not declare`);
    });
}

/** Packages whose types are declared at the root: `@types/x` there lets every package import the types of `x`. */
function typesForAll(packages: ImportGraph['packages']): string[] {
  const root = packages.find(({ folder }) => folder === '.');
  return (root?.devDependencies ?? [])
    .filter((name) => name.startsWith('@types/'))
    .map((name) => name.slice('@types/'.length));
}
