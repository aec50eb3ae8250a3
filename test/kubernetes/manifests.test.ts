import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY, type TempFolder, tempFolder } from '@evidence/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';

const run = promisify(execFile);
const OUTPUT_MAX_BYTES = 16 * 1024 * 1024;
/** The oldest supported release, so that the manifests rely on nothing newer (2026-11). */
const KUBERNETES = 'v1.35.0-local-strict';

const { env } = process;
/** Where install.sh installs the tools. */
const TOOLS =
  env.EVIDENCE_KUBERNETES ?? join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'evidence-reports', 'kubernetes');
const isInstalled = existsSync(join(TOOLS, 'pins'));

interface Container {
  readonly securityContext: object;
  readonly resources: object;
}
interface Spec {
  readonly template: { readonly spec: { readonly securityContext: object; readonly containers: readonly Container[] } };
  readonly scaleTargetRef: { readonly name: string };
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
}
/** The members that are checked here; the schemas check everything. */
interface Manifest {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: { readonly name: string };
  readonly spec: Spec;
}

describe.runIf(isInstalled)('deploy/kubernetes', () => {
  let folder: TempFolder;
  let manifests: readonly Manifest[];
  beforeAll(async () => {
    folder = await tempFolder();
    manifests = parseAllDocuments(await built()).map((document) => document.toJS() as Manifest);
    await layKubernetesSchemas(folder.path, manifests);
    await layKedaSchema(folder.path);
  });
  afterAll(() => folder?.remove());

  /** Rejects with what kubeconform says. */
  const validated = async (documents: readonly Manifest[]): Promise<string> => {
    const file = join(folder.path, 'manifests.yaml');
    await writeFile(file, documents.map((document) => stringify(document)).join('---\n'));
    const schemas = join(folder.path, '{{.ResourceKind}}{{.KindSuffix}}.json');
    const flags = ['-strict', '-summary', '-schema-location', schemas];
    return run(join(TOOLS, 'kubeconform'), [...flags, file]).then(
      ({ stdout }) => stdout,
      ({ stdout }: { stdout: string }) => Promise.reject(new Error(stdout)),
    );
  };

  test('is valid by the schemas of Kubernetes and KEDA', async () => {
    expect(await validated(manifests)).toContain(`Valid: ${manifests.length}, Invalid: 0, Errors: 0, Skipped: 0`);
  });

  test.each([
    ['Deployment', (spec: Spec) => Object.assign(spec.template.spec, { replica: 2 }), "'replica' not allowed"],
    ['ScaledObject', (spec: Spec) => Object.assign(spec, { maxReplicaCount: 'many' }), 'maxReplicaCount'],
    ['NetworkPolicy', (spec: Spec) => Object.assign(spec, { podSelectors: {} }), "'podSelectors' not allowed"],
  ])('a %s with a mistake is refused', async (kind, spoil, complaint) => {
    const [first] = structuredClone(manifests.filter((one) => one.kind === kind));
    if (!first) throw new Error(`There is no ${kind}.`);
    spoil(first.spec);
    await expect(validated([first])).rejects.toThrow(complaint);
  });

  const workloads = () => manifests.filter(({ kind }) => ['Deployment', 'StatefulSet', 'Job'].includes(kind));

  test('every container has minimal rights and states its resources', () => {
    const found = workloads();
    expect(found.length).toBeGreaterThan(7);
    for (const { metadata, spec } of found) {
      const pod = spec.template.spec;
      expect([metadata.name, pod.securityContext]).toEqual([
        metadata.name,
        expect.objectContaining({ runAsNonRoot: true, runAsUser: 10001 }),
      ]);
      for (const container of pod.containers) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.resources).toEqual({
          requests: expect.objectContaining({ cpu: expect.anything(), memory: expect.anything() }),
          limits: { memory: expect.anything() },
        });
      }
    }
  });

  test('every long-running container has probes, and no secret is in the manifests', () => {
    for (const { kind, metadata, spec } of workloads()) {
      const [container = {}] = spec.template.spec.containers;
      if (kind !== 'Job')
        expect([metadata.name, Object.keys(container)]).toEqual([
          metadata.name,
          expect.arrayContaining(['livenessProbe', 'readinessProbe', 'startupProbe']),
        ]);
    }
    expect(manifests.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });

  test('scalers and disruption budgets refer to existing workloads', () => {
    const names = workloads().map(({ metadata }) => metadata.name);
    for (const { kind, spec } of manifests) {
      if (kind === 'ScaledObject') expect(names).toContain(spec.scaleTargetRef.name);
      if (kind === 'PodDisruptionBudget') expect(names).toContain(spec.selector.matchLabels['app.kubernetes.io/name']);
    }
  });
});

test('reports whether the manifests could be checked', (context) => {
  if (!isInstalled)
    context.skip(
      'kubeconform and the schemas are not installed: run npm run containers, which needs go and python3 with access to their registries',
    );
});

/** The documents that `kubectl apply --kustomize` would send. */
async function built(): Promise<string> {
  const kustomization = join(REPOSITORY, 'deploy', 'kubernetes');
  const own = join(TOOLS, 'kustomize');
  const [program, verb] = existsSync(own) ? [own, 'build'] : ['kubectl', 'kustomize'];
  const path = `${env.PATH ?? ''}${delimiter}${TOOLS}`;
  return (await run(program, [verb, kustomization], { env: { ...env, PATH: path }, maxBuffer: OUTPUT_MAX_BYTES }))
    .stdout;
}

/**
 * Writes each kind to a file that includes its definitions, because the schemas of the package refer to another file by an address that only it can
 * resolve.
 */
async function layKubernetesSchemas(to: string, documents: readonly Manifest[]): Promise<void> {
  const from = join(TOOLS, 'schemas', 'kubernetes_validate', 'kubernetes-json-schema', KUBERNETES);
  const read = async (file: string) =>
    JSON.parse((await readFile(join(from, file), 'utf8')).replaceAll('/api/_definitions.json#', '#'));
  const { $defs } = await read('_definitions.json');
  await mkdir(to, { recursive: true });
  const kinds = new Set(documents.filter(({ kind }) => kind !== 'ScaledObject').map(fileOf));
  for (const file of kinds) await writeFile(join(to, file), JSON.stringify({ ...(await read(file)), $defs }));
}

/** The file name that kubeconform looks for: `deployment-apps-v1.json`, `service-v1.json`. */
function fileOf({ kind, apiVersion }: Manifest): string {
  const [group = '', version] = apiVersion.split('/');
  return `${[kind.toLowerCase(), group.split('.')[0], version].filter(Boolean).join('-')}.json`;
}

async function layKedaSchema(to: string): Promise<void> {
  const definition = parse(await readFile(join(TOOLS, 'keda.sh_scaledobjects.yaml'), 'utf8'));
  const [version] = definition.spec.versions;
  await writeFile(join(to, 'scaledobject-keda-v1alpha1.json'), JSON.stringify(version.schema.openAPIV3Schema));
}
