import { parseSync, Visitor } from 'oxc-parser';

/** Facts about one module, for the rules. */
export interface ModuleFacts {
  /** Every module that it names: imports, re-exports, `import()`, `import type`, `require`. Types count, because they are dependencies, too. */
  readonly imports: readonly string[];
  /**
   * The modules that it loads at run time, with the imported names; `*` for a whole module. Imports of types only are missing, because they are
   * erased.
   */
  readonly loads: ReadonlyMap<string, readonly string[]>;
  /** Expressions that depend on more than arguments, or take time: `Date.now()`, `await`, `process` … */
  readonly impurities: readonly string[];
  /** Whether it imports a module whose name is computed, so that no tool can tell whether the module exists. */
  readonly importsComputed: boolean;
}

const IMPURE_GLOBALS = new Set([
  'process',
  'fetch',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'crypto',
  'randomUUID',
  'console',
  'globalThis',
]);
const IMPURE_MEMBERS = new Set(['Date.now', 'Math.random']);

/**
 * Reads a module with oxc-parser, which understands TypeScript and needs no compiler API. dependency-cruiser 17.4 needs one: with TypeScript 7
 * it reads no `.ts` file and reports "no violations" (2026-11). Names are judged by spelling, not by scope, so a core must not have a variable
 * called `process`.
 */
export function factsOf(path: string, text: string): ModuleFacts {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} cannot be read: ${errors[0]?.message}`);
  const imports = new Set<string>();
  const loads = new Map<string, string[]>();
  const impurities = new Set<string>();
  let importsComputed = false;
  const names = (source: { type: string; value?: unknown } | null | undefined, loaded: readonly string[] = []) => {
    if (source?.type !== 'Literal' || typeof source.value !== 'string') return;
    imports.add(source.value);
    if (loaded.length > 0) loads.set(source.value, [...(loads.get(source.value) ?? []), ...loaded]);
  };
  const labels = new Set<unknown>();
  /** `state.process` and `{ fetch: … }` are members, not the global. */
  const label = (node: { key?: unknown; property?: unknown; computed?: boolean }) => {
    if (!node.computed) labels.add(node.key ?? node.property);
  };
  const refuseAsync = (node: { async?: boolean }) => {
    if (node.async) impurities.add('async');
  };
  new Visitor({
    ImportDeclaration: ({ source, importKind, specifiers }) =>
      names(source, importKind === 'type' ? [] : namesOf(specifiers, 'imported')),
    ExportNamedDeclaration: ({ source, exportKind, specifiers }) =>
      names(source, exportKind === 'type' ? [] : namesOf(specifiers, 'local')),
    ExportAllDeclaration: ({ source, exportKind }) => names(source, exportKind === 'type' ? [] : ['*']),
    ImportExpression: (node) => {
      names(node.source, ['*']);
      impurities.add('import()');
      if (node.source.type !== 'Literal') importsComputed = true;
    },
    TSImportType: (node) => names(node.source),
    TSExternalModuleReference: (node) => names(node.expression),
    CallExpression: (node) => {
      const { callee, arguments: args } = node;
      if (callee.type === 'Identifier' && callee.name === 'require') names(args[0], ['*']);
      if (callee.type === 'Identifier' && callee.name === 'Date') impurities.add('Date()');
    },
    NewExpression: ({ callee, arguments: args }) => {
      if (callee.type === 'Identifier' && callee.name === 'Date' && args.length === 0) impurities.add('new Date()');
    },
    MemberExpression: (node) => {
      label(node);
      const { object, property } = node;
      if (object.type !== 'Identifier' || property.type !== 'Identifier') return;
      const member = `${object.name}.${property.name}`;
      if (IMPURE_MEMBERS.has(member)) impurities.add(member);
    },
    Property: (node) => {
      if (!node.shorthand) label(node);
    },
    PropertyDefinition: label,
    MethodDefinition: label,
    TSPropertySignature: label,
    TSMethodSignature: label,
    Identifier: (node) => {
      if (!labels.has(node) && IMPURE_GLOBALS.has(node.name)) impurities.add(node.name);
    },
    AwaitExpression: () => void impurities.add('await'),
    ForOfStatement: (node) => {
      if (node.await) impurities.add('await');
    },
    FunctionDeclaration: refuseAsync,
    FunctionExpression: refuseAsync,
    ArrowFunctionExpression: refuseAsync,
  }).visit(program);
  return { imports: [...imports], loads, impurities: [...impurities], importsComputed };
}

/** A statement whose names are all types also loads its module (`verbatimModuleSyntax`), without a name: `*`. */
function namesOf(specifiers: readonly object[], side: 'imported' | 'local'): string[] {
  const named = specifiers.flatMap((specifier) => {
    const { importKind, exportKind, [side]: name } = specifier as Record<string, unknown>;
    if (importKind === 'type' || exportKind === 'type') return [];
    return (name as { name?: string } | undefined)?.name ?? '*';
  });
  return named.length > 0 ? named : ['*'];
}
