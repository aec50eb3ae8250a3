/**
 * Resolves a scope from an event store's file in a process of its own, as another machine would:
 * `node resolve-in-process.ts <store file> <tenant> <position> <scope as JSON>` prints the snapshot's SHA-256.
 */

import { createHash } from 'node:crypto';
import { jsonLinesOf } from '@evidence/contracts';
import { eventLogOver } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { openViewFile, startProjection } from '@evidence/event-store/view';
import { scopeLines } from '../../../packages/scope/dist/resolve-scope.js';
import { evidenceInViewFile } from '../../../packages/scope/dist/view/evidence-in-view-file.js';
import {
  applyToEvidence,
  EVIDENCE_EVENTS,
  EVIDENCE_SCHEMA,
  EVIDENCE_SCHEMA_VERSION,
} from '../../../packages/scope/dist/view/evidence-view.js';

const [file = '', tenant = '', position = '', scopeText = '{}'] = process.argv.slice(2);
const scope = JSON.parse(scopeText);
const store = eventLogOver(openSqliteEventStore({ file, now: () => new Date() }));
const view = openViewFile({ file: ':memory:', schemaVersion: EVIDENCE_SCHEMA_VERSION, schema: EVIDENCE_SCHEMA });
const projection = startProjection({ store, filter: EVIDENCE_EVENTS, view, apply: applyToEvidence });
const evidence = await evidenceInViewFile(view, projection).asOf(tenant, BigInt(position), scope);
const hash = createHash('sha256');
for (const bytes of jsonLinesOf(scopeLines({ tenant, scope, ...evidence }))) hash.update(bytes);
process.stdout.write(hash.digest('hex'));
await projection.stop();
view.close();
await store.close();
