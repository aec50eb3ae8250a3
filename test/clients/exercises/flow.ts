/** What every generated client must be able to do. Each file in this folder implements it for one client. */
export interface GeneratedClient {
  /** Requests a JSON report and prefers to wait. Returns its id and status. */
  create(): Promise<{ readonly id: string | undefined; readonly status: string | undefined }>;
  /** The status of a report. */
  look(id: string): Promise<string | undefined>;
  /** The ids on the first page. */
  list(): Promise<readonly string[]>;
  /** The artifact's `schema_version`. */
  download(id: string): Promise<unknown>;
  /** Imports a file. Returns the number of findings recorded. */
  import(file: string, endpointId: string): Promise<number | undefined>;
  /** The `error` in the response to an invalid request. */
  problem(): Promise<string | undefined>;
}

export const REQUEST = {
  title: 'Made by a generated client',
  frameworks: ['OWASP_LLM'],
  scope: { endpoint_ids: ['ep_support_chat'] },
  format: 'json',
} as const;

export const WRONG_REQUEST = { ...REQUEST, frameworks: ['OWASP_LLMS'] };

const fileFor = (name: string): string =>
  JSON.stringify({
    format: 'evidence-findings/v1',
    tool: { name: 'own' },
    findings: [
      { title: `It reveals its system prompt to ${name}`, severity: 'high', probe: 'leak', tags: ['LLM07:2025'] },
    ],
  });

/** Creates, waits, lists, downloads, imports and reads a problem. Returns the result of each step, which a test compares with `WALKED`. */
export async function walk(name: string, client: GeneratedClient): Promise<Record<keyof typeof WALKED, unknown>> {
  const { id = '', status } = await client.create();
  return {
    created: status,
    looked: await client.look(id),
    listed: (await client.list()).includes(id),
    downloaded: await client.download(id),
    imported: await client.import(fileFor(name), `ep_${name.replaceAll(/\W/g, '_')}`),
    problem: await client.problem(),
  };
}

export const WALKED = {
  ...{ created: 'ready', looked: 'ready', listed: true },
  ...{ downloaded: 'v1', imported: 1, problem: 'framework_unknown' },
} as const;
