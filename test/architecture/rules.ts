import { posix } from 'node:path';
import { cyclesOf } from './cycles.js';
import { type Import, type ImportGraph, packageName } from './import-graph.js';

export interface Rule {
  readonly name: string;
  /** What to do instead. */
  readonly comment: string;
  /** One sentence for each place that breaks the rule. */
  readonly breaches: (graph: ImportGraph) => string[];
}

const PURE_PACKAGES = [
  'contracts',
  'decider',
  'report',
  'frameworks',
  'access',
  'retention',
  'findings',
  'template',
  'pdf',
  'verdicts',
];
const VERIFIER_BUILTINS = ['fs', 'fs/promises', 'crypto', 'process', 'util', 'path', 'url', 'zlib'];
const FILE_MAX_LINES = 300;

const CORE = /^services\/([^/]+)\/src\/core\//;
const ADAPTER = /^services\/([^/]+)\/src\/adapters\/([^/.]+)/;
const ROOMS_OF_A_SERVICE =
  /^services\/[^/]+\/(README\.md|package\.json|tsconfig\.json|src\/(core\/.+|ports\.ts|adapters\/.+|shell\/.+|main\.ts)|test\/.+)$/;
const BUCKET = /(^|\/)(utils?|common|helpers?|misc)(\.|\/|$)/i;

/** A rule about who may import whom: every import that `from` matches and `allows` refuses is a breach. */
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
    'A service imports no other service. What two share is a contract, or a package.',
    /^services\/([^/]+)\//,
    (to, [, own]) => !isIn(to, 'services') || isIn(to, `services/${own}`),
  ),
  imports(
    'core-imports-only-the-pure',
    'core/ decides. It imports its own core and the pure packages; all else comes as an argument.',
    CORE,
    (to, [, own]) => isIn(to, `services/${own}/src/core`) || PURE_PACKAGES.some((pure) => isIn(to, `packages/${pure}`)),
  ),
  {
    name: 'core-is-pure',
    comment: 'core/ is synchronous and sees only its arguments: hand in the instant, the id and the looked-up facts.',
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
    'shell/ wires the service. Only main.ts and tests may reach it.',
    /^services\/([^/]+)\/src\/(?!shell\/|main\.ts$)/,
    (to, [, own]) => !isIn(to, `services/${own}/src/shell`),
  ),
  imports(
    'packages-do-not-know-services',
    'A package works for any service. Move what it needs into the package, or behind an argument.',
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
    'source-does-not-import-tests',
    'What ships does not need what tests it.',
    /^(packages|services|deploy)\/[^/]+\/src\//,
    (to) => !isIn(to, 'test') && !to.includes('/test/'),
  ),
  {
    name: 'no-cycles-between-packages',
    comment: 'Packages form layers. Move what both need into a third one below them.',
    breaches: ({ packages }) => {
      const ours = new Set(packages.map(({ name }) => name));
      return circles(packages.map(({ name, dependencies }) => [name, dependencies.filter((to) => ours.has(to))]));
    },
  },
  {
    name: 'no-cycles-between-files',
    comment: 'Two files that need each other are one file, or three.',
    breaches: ({ modules, imports: edges }) => {
      const outgoing = Map.groupBy(edges, ({ from }) => from);
      return circles([...modules.keys()].map((path) => [path, (outgoing.get(path) ?? []).map(({ to }) => to)]));
    },
  },
  {
    name: 'same-rooms',
    comment: 'Every service has README.md and src/main.ts; a room of DESIGN.md section 3 may be absent, never renamed.',
    breaches: ({ paths }) => {
      const services = new Set(paths.filter((path) => isIn(path, 'services')).map((path) => path.split('/')[1]));
      const needed = [...services].flatMap((name) => [`services/${name}/README.md`, `services/${name}/src/main.ts`]);
      return [
        ...paths
          .filter((path) => isIn(path, 'services') && !ROOMS_OF_A_SERVICE.test(path))
          .map((path) => `${path} has no room`),
        ...needed.filter((path) => !paths.includes(path)).map((path) => `${path} is missing`),
      ];
    },
  },
  {
    name: 'no-buckets',
    comment: 'Name a file after what it does. A bucket for the rest becomes the largest file of all.',
    breaches: ({ paths }) => paths.filter((path) => BUCKET.test(path)).map((path) => `${path} names no purpose`),
  },
  {
    name: 'files-fit-in-a-head',
    comment: `A file has at most ${FILE_MAX_LINES} lines. Split it where its subjects part.`,
    breaches: ({ modules, texts }) =>
      [...modules.keys()]
        .filter((path) => !path.includes('/generated/'))
        .map((path) => ({ path, lines: (texts.get(path) ?? '').trimEnd().split('\n').length }))
        .filter(({ lines }) => lines > FILE_MAX_LINES)
        .map(({ path, lines }) => `${path} has ${lines} lines`),
  },
  {
    name: 'imports-are-declared',
    comment: 'Add the package to dependencies in package.json and, when it is ours, to references in tsconfig.json.',
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

/** What has only its types declared, at the root: `@types/x` there lets every package name the types of `x`. */
function typesForAll(packages: ImportGraph['packages']): string[] {
  const root = packages.find(({ folder }) => folder === '.');
  return (root?.devDependencies ?? [])
    .filter((name) => name.startsWith('@types/'))
    .map((name) => name.slice('@types/'.length));
}
