import createClient from 'openapi-fetch';
import type { paths } from '../.cache/openapi-typescript.js';
import { type GeneratedClient, REQUEST, WRONG_REQUEST } from './flow.js';

export function clientOf(baseUrl: string, token: string): GeneratedClient {
  const api = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });
  const header = { Prefer: 'wait=60' };
  return {
    async create() {
      const { data } = await api.POST('/api/v2/reports', {
        params: { header },
        body: structuredClone(REQUEST) as never,
      });
      return { id: data?.id, status: data?.status };
    },
    look: async (id) => (await api.GET('/api/v2/reports/{id}', { params: { path: { id } } })).data?.status,
    list: async () => (await api.GET('/api/v2/reports')).data?.data.map(({ id }) => id) ?? [],
    async download(id) {
      const { data } = await api.GET('/api/v2/reports/{id}/download', { params: { path: { id } }, parseAs: 'json' });
      return data && typeof data === 'object' && 'schema_version' in data ? data.schema_version : undefined;
    },
    async import(body, endpoint_id) {
      const params = { query: { endpoint_id } };
      const headers = { 'Content-Type': 'application/octet-stream' };
      const { data } = await api.POST('/api/v2/findings/import', { params, body, headers, bodySerializer: String });
      return data?.counts.recorded;
    },
    problem: async () =>
      (await api.POST('/api/v2/reports', { body: structuredClone(WRONG_REQUEST) as never })).error?.error,
  };
}
