import { Api, ContentType } from '../.cache/swagger-typescript-api.js';
import { type GeneratedClient, REQUEST, WRONG_REQUEST } from './flow.js';

export function clientOf(baseUrl: string, token: string): GeneratedClient {
  const { api } = new Api({ baseUrl, baseApiParams: { headers: { Authorization: `Bearer ${token}` } } });
  const request = { ...REQUEST, frameworks: [...REQUEST.frameworks], scope: { endpoint_ids: ['ep_support_chat'] } };
  return {
    async create() {
      const { data } = await api.createReport(request as never, { headers: { Prefer: 'wait=60' } });
      return { id: data.id, status: data.status };
    },
    look: async (id) => (await api.getReport(id)).data.status,
    list: async () => (await api.listReports()).data.data.map(({ id }) => id),
    async download(id) {
      const response = await api.downloadReport(id, undefined, { format: 'json' });
      return (response.data as unknown as { schema_version: unknown }).schema_version;
    },
    async import(file, endpoint_id) {
      // The client (13.13.0) can send only a text, a form or JSON, and types any other body as File.
      const { data } = await api.importFindings({ endpoint_id }, file as never, { type: ContentType.Text });
      return data.counts.recorded;
    },
    problem: () =>
      api.createReport({ ...request, frameworks: WRONG_REQUEST.frameworks } as never).then(
        () => undefined,
        ({ error }) => error.error,
      ),
  };
}
