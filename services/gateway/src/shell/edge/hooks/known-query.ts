import { nearestName } from '@evidence/contracts';
import { openApi } from '@evidence/contracts/openapi';
import type { FastifyInstance } from 'fastify';
import { Problem } from '../../../core/call/problem.js';
import { sentences } from '../../../core/call/sentences.js';

interface Parameters {
  readonly parameters?: readonly { readonly $ref?: string; readonly in?: string; readonly name?: string }[];
}

/**
 * Refuses query parameters that the contract does not name, on every route, because a misspelt filter would otherwise return more than was requested.
 * To be called after `rateLimiting`, so that a stranger learns nothing.
 */
export function knownQuery(server: FastifyInstance): void {
  const known = namesByRoute();
  server.addHook('onRequest', async ({ is404, method, routeOptions: { url = '', config }, query }) => {
    if (is404 || config.refusal) return;
    const names = known.get(`${method === 'HEAD' ? 'GET' : method} ${url}`) ?? NONE;
    const unknown = Object.keys(query as object).find((name) => !names.has(name));
    if (unknown === undefined) return;
    const field = unknown.slice(0, FIELD_CHARS_MAX);
    throw new Problem('invalid_request', sentences.unknownParameter(field, nearestName(unknown, names)), {
      field,
      allowed: [...names],
    });
  });
}

const NONE: ReadonlySet<string> = new Set();
/** The limit of the problem's contract. */
const FIELD_CHARS_MAX = 300;

function namesByRoute(): ReadonlyMap<string, ReadonlySet<string>> {
  const routes = new Map<string, ReadonlySet<string>>();
  for (const [path, item] of Object.entries(openApi.paths as Record<string, Record<string, Parameters> & Parameters>)) {
    const shared = item.parameters ?? [];
    for (const [method, { parameters = [] }] of Object.entries(item)) {
      const names = [...shared, ...parameters].filter((one) => one.in === 'query').map(({ name }) => String(name));
      routes.set(`${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`, new Set(names));
    }
  }
  return routes;
}
