import { documentSchemas, type ExportManifest, eventSchemas } from '@evidence/contracts';

/** A tar, because every system has a program that opens it; inside are JSON Lines, JSON and the reports as they are. */
export const EXPORT_FORMAT = 1;
export const EXPORT_PREDICATE_TYPE = 'https://evidence-reports.example/predicates/export/v1';

export const REPORTS_MAX = 50_000;
/** Two files for each report, the schemas, and a few others. */
export const MEMBERS_MAX = 2 * REPORTS_MAX + 1_000;

export const EVENTS = 'events.jsonl';
export const KEYS = 'keys/jwks.json';
export const MANIFEST = 'manifest.json';
export const MANIFEST_ATTESTATION = 'manifest.json.dsse.json';

const MIB = 1024 * 1024;
/** The most that is read into memory at once. */
export const MANIFEST_MAX_BYTES = 32 * MIB;
export const SMALL_MAX_BYTES = 4 * MIB;

export const artifactPath = (reportId: string, format: 'pdf' | 'json'): string => `reports/${reportId}.${format}`;
export const attestationPath = (reportId: string, format: 'pdf' | 'json'): string =>
  `${artifactPath(reportId, format)}.dsse.json`;

const SCHEMA = /^schemas\/(?:events|documents)\/[A-Za-z]{1,40}\.v[0-9]{1,3}\.json$/;
const REPORT = /^reports\/rpt_[0-9]{4}_[a-z0-9]{1,32}\.(?:pdf|json)(?:\.dsse\.json)?$/;

/** An export has no other names, so no name can lead out of the folder in which it is unpacked. */
export const isExportPath = (path: string): boolean =>
  [EVENTS, KEYS, MANIFEST, MANIFEST_ATTESTATION].includes(path) || SCHEMA.test(path) || REPORT.test(path);

/** The schemas of this build by their path in an export, laid out as their `$ref`s expect. */
const SCHEMAS = new Map<string, { readonly $id: string }>(
  [...Object.values(eventSchemas), ...Object.values(documentSchemas)].map((schema) => [pathOf(schema.$id), schema]),
);

function pathOf(id: string): string {
  const [, path] = /\/contracts\/(.*)$/.exec(new URL(id).pathname) ?? [];
  return `schemas/${path}`;
}

export const eventSchemaPath = (name: string): string => `schemas/events/${name}.json`;

/** The schemas with these paths and all schemas that they refer to, sorted by path. Undefined for one that this build does not have. */
export function schemasWith(paths: Iterable<string>): Map<string, object | undefined> {
  const found = new Map<string, object | undefined>();
  const wanted = [...paths];
  for (let path = wanted.pop(); path !== undefined; path = wanted.pop()) {
    if (found.has(path)) continue;
    const schema = SCHEMAS.get(path);
    found.set(path, schema);
    if (!schema) continue;
    for (const [, ref] of JSON.stringify(schema).matchAll(/"\$ref":"([^"#]+)/g))
      wanted.push(pathOf(new URL(ref as string, schema.$id).href));
  }
  return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** What is not in the file: in any export, and in one of these reports. */
export function doesNotContain(reports: ExportManifest['reports'], leftOut: number): string[] {
  const count = (state: (typeof reports)[number]['artifact']) =>
    reports.filter(({ artifact }) => artifact === state).length;
  const some = (number: number, sentence: string) => (number > 0 ? [`${sentence}: ${number}.`] : []);
  return [
    'Scans and findings as they were recorded, raw scanner files, and the snapshots of scope and mapping. The file has only what the reports say about them.',
    'Events of other streams: findings, decisions, legal holds, policies, tokens, API calls, the clock.',
    'Other reports, and events after the position “head” in the manifest. You have only the signer’s word that no report was left out.',
    'Private keys, and the certificates of time-stamp authorities. Auditors get the latter from a source they trust.',
    ...some(count('expired'), 'Expired artifacts'),
    ...some(count('not_made'), 'Artifacts of reports that were not ready, or failed'),
    ...some(count('missing'), 'Artifacts that were lost or damaged in the store'),
    ...some(leftOut, 'Events of types that the exporting release does not know'),
  ];
}
