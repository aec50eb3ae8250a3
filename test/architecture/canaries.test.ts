import { describe, expect, test } from 'vitest';
import { importGraph } from './import-graph.js';
import { RULES } from './rules.js';

/** A small repository that follows every rule. Each canary changes one thing in it. */
const SOUND: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "root", "devDependencies": { "@types/google-protobuf": "3.15.12" } }',
  'packages/contracts/package.json': '{ "name": "@evidence/contracts", "dependencies": { "ajv": "8.20.0" } }',
  'packages/contracts/src/index.ts': `import { Ajv } from 'ajv'; import type { Message } from 'google-protobuf'; export const ajv: Message = new Ajv();`,
  'packages/verify/package.json':
    '{ "name": "@evidence/verify", "exports": { ".": { "source": "./src/index.ts", "default": "./dist/index.js" }, "./formats": { "source": "./src/formats.ts", "default": "./dist/formats.js" } }, "dependencies": { "@evidence/contracts": "workspace:*" } }',
  'packages/verify/tsconfig.json': '{ "references": [{ "path": "../contracts" }] }',
  'packages/verify/src/index.ts': `import { verify } from 'node:crypto'; export { ajv } from '@evidence/contracts'; export { verify };`,
  'packages/log/package.json':
    '{ "name": "@evidence/log", "exports": { ".": { "source": "./src/index.ts", "default": "./dist/index.js" }, "./files": { "source": "./src/files.ts", "default": "./dist/files.js" } } }',
  'packages/log/src/index.ts': `import type { Stats } from 'node:fs'; import { createHash } from 'node:crypto'; export type S = Stats; export const of = createHash;`,
  'packages/log/src/files.ts': `import { openSync } from 'node:fs'; export const open = openSync;`,
  'packages/verify/src/formats.ts': `export { der } from './asn1/der.js';`,
  'packages/verify/src/asn1/der.ts': `export const der = 1;`,
  'packages/verify/src/verdict/verdict.ts': `import { der } from '../asn1/der.js'; export const verdict = der;`,
  'packages/signing/package.json':
    '{ "name": "@evidence/signing", "dependencies": { "@evidence/verify": "workspace:*" } }',
  'packages/signing/tsconfig.json': '{ "references": [{ "path": "../verify" }] }',
  'packages/signing/src/index.ts': `export { der } from '@evidence/verify/formats';`,
  'packages/signing/test/sign.test.ts': `import { verify } from '@evidence/verify'; import { der } from '@evidence/verify/formats'; verify(der);`,
  'services/mapping/README.md': '',
  'services/mapping/package.json':
    '{ "name": "@evidence/mapping", "dependencies": { "@evidence/contracts": "workspace:*", "@evidence/log": "workspace:*", "fastify": "5", "@nestjs/common": "12" } }',
  'services/mapping/tsconfig.json':
    '{ "references": [{ "path": "../../packages/contracts" }, { "path": "../../packages/log" }] }',
  'services/mapping/src/core/decider.ts': `import type { ajv } from '@evidence/contracts'; import { of as hash } from '@evidence/log'; export const hashed = hash; export const at = (ms: number) => new Date(ms); export const of = (x: { fetch: string }) => x.fetch;`,
  'services/mapping/src/ports.ts': `export interface Port { go(): Promise<void> }`,
  'services/mapping/src/adapters/from-files.ts': `import type { Port } from '../ports.js'; export type P = Port;`,
  'services/mapping/src/shell/module.ts': `import { at } from '../core/decider.js'; export const wire = at;`,
  'services/mapping/src/core/http/range.ts': '',
  'services/mapping/src/shell/edge/route.ts': `import type { FastifyRequest } from 'fastify'; export type R = FastifyRequest;`,
  'services/mapping/src/shell/maps/maps.ts': `import type { at } from '../../core/decider.js'; export type M = typeof at;`,
  'services/mapping/src/shell/maps/maps.controller.ts': `import '../../core/http/range.js'; import '../edge/route.js'; import './maps.js';`,
  'services/mapping/src/shell/maps/module.ts': `import './maps.controller.js'; import type { Module } from '@nestjs/common'; export type M = typeof Module;`,
  'services/mapping/src/shell/config.ts': '',
  'services/mapping/src/shell/start.ts': '',
  'services/mapping/src/main.ts': `import { wire } from './shell/module.js'; await wire(0);`,
  'services/mapping/test/core/decider.test.ts': `import { at } from '../../src/core/decider.js'; at(0);`,
  'services/scoping/README.md': '',
  'services/scoping/package.json': '{ "name": "@evidence/scoping" }',
  'services/scoping/src/main.ts': 'export const x = 1;',
  'services/scoping/src/core/decider.ts': '',
  'services/scoping/src/shell/config.ts': '',
  'services/scoping/src/shell/module.ts': '',
  'services/scoping/src/shell/start.ts': '',
  'services/scoping/test/core/decider.test.ts': '',
};

const breachesOf = (name: string, changes: Readonly<Record<string, string>> = {}) =>
  RULES.find((rule) => rule.name === name)?.breaches(importGraph(new Map(Object.entries({ ...SOUND, ...changes }))));

/** Another file that the entry of packages/contracts loads. */
const behindContracts = (text: string) => ({
  'packages/contracts/src/index.ts': `export { x } from './planted.js';`,
  'packages/contracts/src/planted.ts': text,
});
const READS_FILES = behindContracts(`import { readFileSync } from 'node:fs'; export const x = readFileSync;`);
const ASKS_A_SERVER = behindContracts(`export { connect as x } from '@nats-io/transport-node';`);
const ROLLS_DICE = behindContracts(
  `import { createHash, randomUUID } from 'node:crypto'; export const x = createHash;`,
);
const HAS_A_CLOCK = behindContracts('export const x = () => Date.now();');

const inCore = (text: string) => ({ 'services/mapping/src/core/planted.ts': text });
const inUseCases = (text: string) => ({ 'services/mapping/src/shell/maps/planted.ts': text });
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
  ['core-reaches-no-io', 'a package with I/O', inCore(`type V = import('@evidence/verify').V;`)],
  [
    'core-reaches-no-io',
    'the I/O of a file that its entry loads',
    { ...inCore(`import '@evidence/contracts';`), ...READS_FILES },
  ],
  ['core-reaches-no-io', 'the I/O of a subpath', inCore(`import { open } from '@evidence/log/files';`)],
  ['core-reaches-no-io', 'a package of npm', { ...inCore(`import '@evidence/contracts';`), ...ASKS_A_SERVER }],
  [
    'core-reaches-no-io',
    'randomness from a module that also computes',
    { ...inCore(`import '@evidence/contracts';`), ...ROLLS_DICE },
  ],
  [
    'core-reaches-no-io',
    'a pure entry that no core imports yet',
    { 'packages/event-store/src/index.ts': `export * from 'node:sqlite';` },
  ],
  [
    'core-reaches-no-io',
    'a folder that is pure',
    { 'packages/findings/src/weaknesses/planted.ts': `import 'node:fs';` },
  ],
  ['core-reaches-no-io', 'a clock', { ...inCore(`import '@evidence/contracts';`), ...HAS_A_CLOCK }],
  ['core-is-pure', 'a clock', inCore('export const now = () => Date.now();')],
  ['core-is-pure', 'a clock by another name', inCore('export const now = () => new Date();')],
  ['core-is-pure', 'randomness', inCore('export const dice = Math.random();')],
  ['core-is-pure', 'the environment', inCore('export const home = process.env.HOME;')],
  ['core-is-pure', 'the environment, hidden', inCore('export const home = globalThis.process;')],
  ['core-is-pure', 'a timer', inCore('setTimeout(() => {}, 1);')],
  ['core-is-pure', 'the network', inCore(`export const get = () => fetch('x');`)],
  ['core-is-pure', 'a random id', inCore('export const id = () => crypto.randomUUID();')],
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
  ['use-cases-know-no-http', 'the edge', inUseCases(`import type { Call } from '../edge/route.js';`)],
  ['use-cases-know-no-http', 'a controller', inUseCases(`import { Maps } from './maps.controller.js';`)],
  ['use-cases-know-no-http', 'its module', inUseCases(`import './module.js';`)],
  ['use-cases-know-no-http', 'the framework', inUseCases(`import type { FastifyReply } from 'fastify';`)],
  ['use-cases-know-no-http', 'Nest', inUseCases(`import { Injectable } from '@nestjs/common';`)],
  [
    'use-cases-know-no-http',
    'code that reads headers',
    inUseCases(`import { rangeIn } from '../../core/http/range.js';`),
  ],
  ['use-cases-know-no-http', 'a core outside core/http', inCore(`import { rangeIn } from './http/range.js';`)],
  [
    'subjects-keep-apart',
    'a use case of another',
    {
      'services/mapping/src/shell/audit/planted.ts': `import '../reports/planted.js';`,
      'services/mapping/src/shell/reports/planted.ts': '',
    },
  ],
  ['packages-do-not-know-services', 'by path', inVerify(`import '../../../services/mapping/src/main.js';`)],
  ['packages-do-not-know-services', 'by name', inVerify(`const x = import('@evidence/mapping');`)],
  ['the-verifier-stands-alone', 'NATS', inVerify(`import { connect } from '@nats-io/transport-node';`)],
  ['the-verifier-stands-alone', 'the network', inVerify(`import { get } from 'node:https';`)],
  ['the-verifier-stands-alone', 'a service', inVerify(`import '@evidence/mapping';`)],
  [
    'formats-lie-below-verdicts',
    'a verdict in a format',
    { 'packages/verify/src/asn1/planted.ts': `import '../verdict/verdict.js';` },
  ],
  [
    'formats-lie-below-verdicts',
    'a verdict among the formats',
    { 'packages/verify/src/formats.ts': `export * from './verdict/verdict.js';` },
  ],
  [
    'formats-lie-below-verdicts',
    'a folder that is not listed',
    { 'packages/verify/src/xml/planted.ts': `import '../asn1/der.js';` },
  ],
  [
    'formats-serve-signing-and-pdf',
    'the verifier in the signer',
    { 'packages/signing/src/planted.ts': `import { verify } from '@evidence/verify';` },
  ],
  [
    'formats-serve-signing-and-pdf',
    'a format by path',
    { 'packages/pdf/src/planted.ts': `import '../../verify/src/asn1/der.js';` },
  ],
  [
    'formats-serve-signing-and-pdf',
    'formats in a service',
    { 'services/mapping/src/shell/planted.ts': `import { der } from '@evidence/verify/formats';` },
  ],
  [
    'formats-serve-signing-and-pdf',
    'formats in a test of a service',
    { 'services/mapping/test/planted.test.ts': `import { der } from '@evidence/verify/formats';` },
  ],
  [
    'source-does-not-import-tests',
    'samples for tests in shipped code',
    {
      'packages/contracts/src/examples.ts': '',
      'packages/contracts/src/planted.ts': `export { exampleOf } from './examples.js';`,
    },
  ],
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
  ['services-alike', 'a test outside the folder of its room', { 'services/mapping/test/decide.test.ts': '' }],
  ['services-alike', 'a service with other file names', { 'services/expiry/src/main.ts': '' }],
  ['no-buckets', 'a file', { 'packages/verify/src/utils.ts': '' }],
  ['no-buckets', 'a folder', { 'services/mapping/src/shell/common/x.ts': '' }],
  ['files-fit-in-a-head', 'a long file', inVerify('export {};\n'.repeat(301))],
  [
    'tests-of-programs-say-so',
    'a test that runs a program',
    { 'packages/verify/test/planted.test.ts': `spawn('node', [join('..', 'dist', 'main.js')]);` },
  ],
  [
    'tests-of-programs-say-so',
    'through a file that it names',
    {
      'packages/verify/test/planted.test.ts': `import { run } from './run.js'; run();`,
      'packages/verify/test/run.ts': `spawn('node', [new URL('child.mjs', import.meta.url)]);`,
      'packages/verify/test/child.mjs': `import '../dist/main.js';`,
    },
  ],
  ['benches-are-type-checked', 'JavaScript', { 'test/bench/planted.mjs': '' }],
  [
    'benches-are-type-checked',
    'a computed name',
    { 'test/bench/planted.ts': `await import(folder + '/dist/main.js');` },
  ],
  [
    'exports-have-sources',
    'no source',
    {
      'packages/log/package.json': '{ "name": "@evidence/log", "exports": { ".": { "default": "./dist/index.js" } } }',
    },
  ],
  [
    'exports-have-sources',
    'another source',
    {
      'packages/log/package.json':
        '{ "name": "@evidence/log", "exports": { ".": { "source": "./src/files.ts", "default": "./dist/index.js" } } }',
    },
  ],
  ['imports-are-declared', 'one of ours', { 'services/scoping/src/main.ts': `import '@evidence/contracts';` }],
  ['imports-are-declared', 'one of npm', { 'services/scoping/src/main.ts': `import 'rxjs/operators';` }],
  ['imports-are-declared', 'a missing reference', { 'services/mapping/tsconfig.json': '{}' }],
];

test.each(RULES)('a sound repository follows $name', ({ name }) => {
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
