import { describe, expect, test } from 'vitest';
import { importGraph } from './import-graph.js';
import { RULES } from './rules.js';

/** A small repository that keeps every rule. Each canary changes one thing in it. */
const SOUND: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "root", "devDependencies": { "@types/google-protobuf": "3.15.12" } }',
  'packages/contracts/package.json': '{ "name": "@evidence/contracts", "dependencies": { "ajv": "8.20.0" } }',
  'packages/contracts/src/index.ts': `import { Ajv } from 'ajv'; import type { Message } from 'google-protobuf'; export const ajv: Message = new Ajv();`,
  'packages/verify/package.json':
    '{ "name": "@evidence/verify", "dependencies": { "@evidence/contracts": "workspace:*" } }',
  'packages/verify/tsconfig.json': '{ "references": [{ "path": "../contracts" }] }',
  'packages/verify/src/index.ts': `import { verify } from 'node:crypto'; export { ajv } from '@evidence/contracts'; export { verify };`,
  'services/mapping/README.md': '',
  'services/mapping/package.json':
    '{ "name": "@evidence/mapping", "dependencies": { "@evidence/contracts": "workspace:*" } }',
  'services/mapping/tsconfig.json': '{ "references": [{ "path": "../../packages/contracts" }] }',
  'services/mapping/src/core/decide.ts': `import type { ajv } from '@evidence/contracts'; export const at = (ms: number) => new Date(ms); export const of = (x: { fetch: string }) => x.fetch;`,
  'services/mapping/src/ports.ts': `export interface Port { go(): Promise<void> }`,
  'services/mapping/src/adapters/from-files.ts': `import type { Port } from '../ports.js'; export type P = Port;`,
  'services/mapping/src/shell/module.ts': `import { at } from '../core/decide.js'; export const wire = at;`,
  'services/mapping/src/main.ts': `import { wire } from './shell/module.js'; await wire(0);`,
  'services/mapping/test/decide.test.ts': `import { at } from '../src/core/decide.js'; at(0);`,
  'services/scoping/README.md': '',
  'services/scoping/package.json': '{ "name": "@evidence/scoping" }',
  'services/scoping/src/main.ts': 'export const x = 1;',
};

const breachesOf = (name: string, changes: Readonly<Record<string, string>> = {}) =>
  RULES.find((rule) => rule.name === name)?.breaches(importGraph(new Map(Object.entries({ ...SOUND, ...changes }))));

const inCore = (text: string) => ({ 'services/mapping/src/core/planted.ts': text });
const inVerify = (text: string) => ({ 'packages/verify/src/planted.ts': text });

const CANARIES: readonly (readonly [rule: string, breach: string, changes: Readonly<Record<string, string>>])[] = [
  [
    'services-talk-only-by-message',
    'by path',
    { 'services/mapping/src/shell/planted.ts': `import '../../../scoping/src/main.js';` },
  ],
  [
    'services-talk-only-by-message',
    'by name',
    { 'services/mapping/src/shell/planted.ts': `export * from '@evidence/scoping';` },
  ],
  ['core-imports-only-the-pure', 'an adapter', inCore(`import '../adapters/from-files.js';`)],
  ['core-imports-only-the-pure', 'Node', inCore(`import { readFileSync } from 'node:fs';`)],
  ['core-imports-only-the-pure', 'Nest', inCore(`import type { Module } from '@nestjs/common';`)],
  ['core-imports-only-the-pure', 'a package with I/O', inCore(`type V = import('@evidence/verify').V;`)],
  ['core-is-pure', 'a clock', inCore('export const now = () => Date.now();')],
  ['core-is-pure', 'a clock by another name', inCore('export const now = () => new Date();')],
  ['core-is-pure', 'chance', inCore('export const dice = Math.random();')],
  ['core-is-pure', 'the environment', inCore('export const home = process.env.HOME;')],
  ['core-is-pure', 'the environment, hidden', inCore('export const home = globalThis.process;')],
  ['core-is-pure', 'a timer', inCore('setTimeout(() => {}, 1);')],
  ['core-is-pure', 'the network', inCore(`export const get = () => fetch('x');`)],
  ['core-is-pure', 'an id out of nowhere', inCore('export const id = () => crypto.randomUUID();')],
  ['core-is-pure', 'a promise', inCore('export async function decide() {}')],
  ['core-is-pure', 'a promise in a method', inCore('export class Core { async decide() {} }')],
  ['core-is-pure', 'a wait', inCore('await 1;')],
  [
    'adapters-know-ports-only',
    'the shell',
    { 'services/mapping/src/adapters/planted.ts': `import '../shell/module.js';` },
  ],
  [
    'adapters-know-ports-only',
    'another adapter',
    { 'services/mapping/src/adapters/planted.ts': `import './from-files.js';` },
  ],
  ['only-main-starts-the-shell', 'core', inCore(`import '../shell/module.js';`)],
  ['only-main-starts-the-shell', 'ports', { 'services/mapping/src/ports.ts': `import './shell/module.js';` }],
  ['packages-do-not-know-services', 'by path', inVerify(`import '../../../services/mapping/src/main.js';`)],
  ['packages-do-not-know-services', 'by name', inVerify(`const x = import('@evidence/mapping');`)],
  ['the-verifier-stands-alone', 'NATS', inVerify(`import { connect } from '@nats-io/transport-node';`)],
  ['the-verifier-stands-alone', 'the network', inVerify(`import { get } from 'node:https';`)],
  ['the-verifier-stands-alone', 'a service', inVerify(`import '@evidence/mapping';`)],
  ['source-does-not-import-tests', 'its own', inVerify(`import '../test/samples.js';`)],
  [
    'source-does-not-import-tests',
    'the kit',
    {
      'test/kit/package.json': '{ "name": "@evidence/testkit" }',
      ...inVerify(`import { freePort } from '@evidence/testkit';`),
    },
  ],
  [
    'no-cycles-between-packages',
    'two packages',
    {
      'packages/contracts/package.json':
        '{ "name": "@evidence/contracts", "dependencies": { "@evidence/verify": "workspace:*" } }',
    },
  ],
  [
    'no-cycles-between-files',
    'two files',
    {
      'packages/verify/src/one.ts': `import './two.js';`,
      'packages/verify/src/two.ts': `import type { A } from './one.js';`,
    },
  ],
  ['same-rooms', 'a renamed room', { 'services/mapping/src/domain/decide.ts': '' }],
  ['same-rooms', 'a service without main', { 'services/expiry/README.md': '' }],
  ['no-buckets', 'a file', { 'packages/verify/src/utils.ts': '' }],
  ['no-buckets', 'a folder', { 'services/mapping/src/shell/common/x.ts': '' }],
  ['files-fit-in-a-head', 'a long file', inVerify('export {};\n'.repeat(301))],
  ['imports-are-declared', 'one of ours', { 'services/scoping/src/main.ts': `import '@evidence/contracts';` }],
  ['imports-are-declared', 'one of npm', { 'services/scoping/src/main.ts': `import 'rxjs/operators';` }],
  ['imports-are-declared', 'a missing reference', { 'services/mapping/tsconfig.json': '{}' }],
];

test.each(RULES)('a sound repository keeps $name', ({ name }) => {
  expect(breachesOf(name)).toEqual([]);
});

describe('a planted breach is found', () => {
  test.each(CANARIES)('%s: %s', (rule, _breach, changes) => {
    expect(breachesOf(rule, changes)?.length).toBeGreaterThan(0);
  });

  test('every rule has a canary', () => {
    const watched = new Set(CANARIES.map(([rule]) => rule));
    expect(RULES.map(({ name }) => name).filter((name) => !watched.has(name))).toEqual([]);
  });
});
