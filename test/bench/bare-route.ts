/** The baseline of `gateway.bench.ts`: a Fastify with two routes and the gateway's token authentication, and nothing else. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { hashToken } from '@evidence/access';
import { exampleOf } from '@evidence/contracts/examples';
import type { LogEvent } from '@evidence/event-store/log';
import { REPOSITORY } from '@evidence/testkit';
import { TokensInViewFile } from '../../services/gateway/dist/adapters/views/tokens-in-view-file.js';
import { callerOf } from '../../services/gateway/dist/core/access/authenticate.js';
import { bearerTokenIn } from '../../services/gateway/dist/core/http/bearer-token.js';

const { fastify } = createRequire(join(REPOSITORY, 'services', 'gateway', 'package.json'))('fastify');

const { PORT: port, TOKEN: token = '', ANSWER: answer = '' } = process.env;
const tokens = new TokensInViewFile(':memory:');
const data = { ...exampleOf('ApiTokenMinted'), sha256: hashToken(token), scopes: ['reports:read', 'reports:generate'] };
delete data.expiresAt;
tokens.apply({ type: 'ApiTokenMinted', data } as LogEvent);

const server = fastify();
server.addHook('onRequest', async (request: { headers: { authorization?: string }; ip: string }) => {
  const known = tokens.find(hashToken(bearerTokenIn(request.headers.authorization)));
  callerOf({ token: known, scope: 'reports:read', address: request.ip, now: new Date() });
});
const send = async (_: unknown, reply: { type(mediaType: string): void }) => {
  reply.type('application/json');
  return answer;
};
server.get('/api/v2/reports/:id', send);
server.post('/api/v2/reports', send);
await server.listen({ host: '127.0.0.1', port: Number(port) });
