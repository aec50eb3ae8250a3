import { createReport, downloadReport, getReport, importFindings, listReports } from '../.cache/orval.js';
import { type GeneratedClient, REQUEST, WRONG_REQUEST } from './flow.js';

export function clientOf(_: string, token: string): GeneratedClient {
  const headers = { Authorization: `Bearer ${token}` };
  const scope = { endpoint_ids: ['ep_support_chat'] };
  return {
    async create() {
      const body = { ...REQUEST, frameworks: [...REQUEST.frameworks], scope };
      const made = await createReport(body, {
        headers: { ...headers, 'Content-Type': 'application/json', Prefer: 'wait=60' },
      });
      return made.status === 201
        ? { id: made.data.id, status: made.data.status }
        : { id: undefined, status: undefined };
    },
    async look(id) {
      const seen = await getReport(id, { headers });
      return seen.status === 200 ? seen.data.status : undefined;
    },
    async list() {
      const page = await listReports(undefined, { headers });
      return page.status === 200 ? page.data.data.map(({ id }) => id) : [];
    },
    async download(id) {
      // The type is a document or a Blob, but orval (8.38.0) always returns a Blob, because one of the two forms is binary.
      const { data } = await downloadReport(id, undefined, { headers });
      return data instanceof Blob ? JSON.parse(await data.text()).schema_version : undefined;
    },
    async import(file, endpoint_id) {
      const done = await importFindings(
        new Blob([file]),
        { endpoint_id },
        { headers: { ...headers, 'Content-Type': 'application/octet-stream' } },
      );
      return done.status === 200 ? done.data.counts.recorded : undefined;
    },
    async problem() {
      const body = { ...WRONG_REQUEST, frameworks: [...WRONG_REQUEST.frameworks], scope };
      const refused = await createReport(body, { headers: { ...headers, 'Content-Type': 'application/json' } });
      return refused.status === 400 ? refused.data.error : undefined;
    },
  };
}
