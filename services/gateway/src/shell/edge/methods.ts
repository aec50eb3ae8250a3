import { METHODS } from 'node:http';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { sentences } from '../../core/call/sentences.js';
import { HttpProblem } from '../../core/http/problem-answer.js';

/** Remembers the methods of every path. To be called before routes are added. */
export function collectRoutes(server: FastifyInstance): Map<string, Set<string>> {
  const methods = new Map<string, Set<string>>();
  server.addHook('onRoute', ({ url, method }: RouteOptions) => {
    const known = methods.get(url) ?? new Set();
    for (const one of [method].flat()) known.add(one);
    methods.set(url, known);
  });
  return methods;
}

/** Returns 405 with `Allow` (RFC 9110 §15.5.6) for a known path with an unsupported method. To be called after all routes are added. */
export function refuseOtherMethods(server: FastifyInstance, routes: ReadonlyMap<string, ReadonlySet<string>>): void {
  for (const method of METHODS)
    if (!server.supportedMethods.includes(method) && method !== 'CONNECT') server.addHttpMethod(method);
  for (const [url, known] of [...routes].map(([path, methods]) => [path, new Set(methods)] as const)) {
    const allow = [...known].toSorted().join(', ');
    const refuse = async () => {
      throw new HttpProblem(
        'method_not_allowed',
        sentences.methodNotAllowed([...known].toSorted()),
        { allowed: [...known].toSorted() },
        { allow },
      );
    };
    const method = server.supportedMethods.filter((one) => !known.has(one));
    server.route({ url, method, config: { access: 'public', refusal: true }, onRequest: refuse, handler: refuse });
  }
}
