/**
 * Resolves a scope from an event store's file in a process of its own, as another machine would:
 * `node resolve-in-process.ts <store file> <tenant> <position> <scope as JSON>` prints the snapshot's SHA-256.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '@evidence/contracts';
import { openSqliteEventStore, openViewFile, startProjection } from '@evidence/event-store';
import { evidenceInViewFile } from '../dist/adapters/evidence-in-view-file.js';
import {
  applyToEvidence,
  EVIDENCE_EVENTS,
  EVIDENCE_SCHEMA,
  EVIDENCE_SCHEMA_VERSION,
} from '../dist/adapters/evidence-view.js';
import { resolveScope } from '../dist/core/resolve-scope.js';

const [file = '', tenant = '', position = '', scopeText = '{}'] = process.argv.slice(2);
const scope = JSON.parse(scopeText);
const store = openSqliteEventStore({ file, now: () => new Date() });
const view = openViewFile({ file: ':memory:', schemaVersion: EVIDENCE_SCHEMA_VERSION, schema: EVIDENCE_SCHEMA });
const projection = startProjection({ store, filter: EVIDENCE_EVENTS, view, apply: applyToEvidence });
const evidence = await evidenceInViewFile(view, projection).asOf(tenant, BigInt(position), scope);
const snapshot = canonicalJson(resolveScope({ tenant, scope, ...evidence }));
process.stdout.write(createHash('sha256').update(snapshot).digest('hex'));
await projection.stop();
view.close();
await store.close();
