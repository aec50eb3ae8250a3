import { createClient } from '../.cache/hey-api/client/index.js';
import { createReport, downloadReport, getReport, importFindings, listReports } from '../.cache/hey-api/sdk.gen.js';
import { type GeneratedClient, REQUEST, WRONG_REQUEST } from './flow.js';

export function clientOf(baseUrl: string, token: string): GeneratedClient {
  const client = createClient({ baseUrl, auth: () => token });
  const wrong = { ...WRONG_REQUEST, frameworks: [...WRONG_REQUEST.frameworks] };
  return {
    async create() {
      const body = { ...REQUEST, frameworks: [...REQUEST.frameworks], scope: { endpoint_ids: ['ep_support_chat'] } };
      const { data } = await createReport({ client, body, headers: { Prefer: 'wait=60' } });
      return { id: data?.id, status: data?.status };
    },
    look: async (id) => (await getReport({ client, path: { id } })).data?.status,
    list: async () => (await listReports({ client })).data?.data.map(({ id }) => id) ?? [],
    async download(id) {
      const { data } = await downloadReport({ client, path: { id }, parseAs: 'json' });
      return data && 'schema_version' in data ? data.schema_version : undefined;
    },
    async import(file, endpoint_id) {
      const body = new Blob([file]);
      return (await importFindings({ client, body, query: { endpoint_id } })).data?.counts.recorded;
    },
    problem: async () =>
      (await createReport({ client, body: { ...wrong, scope: { endpoint_ids: ['ep_support_chat'] } } })).error?.error,
  };
}
