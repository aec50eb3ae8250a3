/**
 * One stage of a report, in its own process: `large-report-stage.ts FOLDER STAGE`. Runs it in `FOLDER/small`, reports that, and runs it in
 * `FOLDER/large` on request. Each stage leaves the input of the next one.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openArtifactFolder } from '@evidence/artifacts';
import {
  jsonLinesOf,
  linesOfMapping,
  MAPPING_MEDIA_TYPE,
  SCOPE_MEDIA_TYPE,
  type ScopeTotals,
} from '@evidence/contracts';
import { openViewFile } from '@evidence/event-store/view';
import { loadFrameworks } from '@evidence/frameworks/load';
import { readScope } from '@evidence/report/snapshots';
import { mappingQuestionOf, ScopeMapping } from '@evidence/verdicts';
import { scopeLines } from '../../packages/scope/dist/resolve-scope.js';
import { evidenceInViewFile } from '../../packages/scope/dist/view/evidence-in-view-file.js';
import { artifactMakerInThreads } from '../../services/renderer/dist/adapters/artifact-maker-in-threads.js';
import { rendererConfig } from '../../services/renderer/dist/shell/config.js';
import { openParts } from '../../services/renderer/dist/shell/open-parts.js';
import { END, KEYS_AT, REQUEST, VIEW_SCHEMA } from './large-report-data.ts';

const [folder = '', stage = ''] = process.argv.slice(2);
const { tenant, scope, reportId } = REQUEST;
const THREAD_FILE = new URL('../../services/renderer/dist/shell/render-thread.js', import.meta.url);

const config = rendererConfig({ DATA_DIR: join(folder, 'data') });
const artifacts = await openArtifactFolder({ folder: config.artifactsFolder });
const frameworks = loadFrameworks();
const maker = stage === 'json' || stage === 'pdf' ? await makerOf() : undefined;

async function makerOf() {
  // Creates the development keys.
  await openParts(config, new Date());
  return artifactMakerInThreads(THREAD_FILE, { config, startedAt: new Date() });
}

const state = (place: string, name: string) => join(folder, place, `${name}.json`);
const load = (place: string, name: string) => JSON.parse(readFileSync(state(place, name), 'utf8'));
const save = (place: string, name: string, data: object) => writeFileSync(state(place, name), JSON.stringify(data));

async function scoping(place: string): Promise<number> {
  const view = openViewFile({ file: join(folder, place, 'view.sqlite'), ...VIEW_SCHEMA });
  const known = await evidenceInViewFile(view, { reached: async () => undefined, position: () => undefined }).asOf(
    tenant,
    END,
    scope,
  );
  let totals: ScopeTotals | undefined;
  const lines = function* () {
    for (const line of scopeLines({ tenant, scope, ...known })) {
      totals ??= line.totals;
      yield line;
    }
  };
  const snapshot = await artifacts.write(tenant, SCOPE_MEDIA_TYPE, jsonLinesOf(lines()));
  view.close();
  const { considered, included, excluded, scans } = totals as ScopeTotals;
  const dataAsOf = { position: `${END}`, at: KEYS_AT };
  save(place, 'scoped', {
    reportId,
    scopedAt: KEYS_AT,
    dataAsOf,
    snapshot,
    counts: { considered, included, excluded, scans },
  });
  return snapshot.sizeBytes;
}

async function mapping(place: string): Promise<number> {
  const scoped = load(place, 'scoped');
  const question = mappingQuestionOf({ request: REQUEST, scoped }, frameworks);
  const mapping = new ScopeMapping(question);
  for await (const line of readScope(artifacts, tenant, scoped.snapshot)) mapping.take(line);
  const mapped = mapping.result();
  const snapshot = await artifacts.write(tenant, MAPPING_MEDIA_TYPE, jsonLinesOf(linesOfMapping(mapped)));
  const { crosswalk, rules, counts, overlaps } = mapped;
  save(place, 'mapped', {
    ...{ reportId, mappedAt: KEYS_AT, scopeSnapshot: scoped.snapshot, snapshot, crosswalk, rules },
    counts: { ...counts, overlaps: overlaps.length },
  });
  return snapshot.sizeBytes;
}

async function rendering(place: string, format: 'json' | 'pdf'): Promise<number> {
  const [scoped, mapped] = [load(place, 'scoped'), load(place, 'mapped')];
  const made = await maker?.make({ request: { ...REQUEST, format }, scoped, mapped });
  save(place, format, made?.artifact ?? {});
  return made?.artifact.sizeBytes ?? 0;
}

/** The minimum cost of any way of writing the JSON. */
async function hashing(place: string): Promise<number> {
  const { sha256 } = load(place, 'json');
  const [hash, copy] = [createHash('sha256'), join(folder, 'copy')];
  let bytes = 0;
  const target = createWriteStream(copy);
  const source = createReadStream(join(config.artifactsFolder, tenant, sha256.slice(0, 2), sha256));
  for await (const chunk of source) {
    hash.update(chunk);
    bytes += chunk.length;
    if (!target.write(chunk)) await once(target, 'drain');
  }
  await new Promise<void>((resolve) => target.end(resolve));
  rmSync(copy);
  return bytes;
}

const run = (place: string): Promise<number> => {
  if (stage === 'scoping') return scoping(place);
  if (stage === 'mapping') return mapping(place);
  if (stage === 'json' || stage === 'pdf') return rendering(place, stage);
  return hashing(place);
};

process.once('message', async () => {
  process.send?.({ bytes: await run('large') });
  await maker?.close();
});
await run('small');
process.send?.({ ready: true });
