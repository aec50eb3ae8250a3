import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { integer, text } from '@evidence/runtime';
import { missingOf, type Probes } from './probes.js';

/** A part that does not respond within this time counts as missing. */
const PROBE_TIMEOUT_MS = 2_000;
const REQUEST_TIMEOUT_MS = 5_000;
/** Enough for a probe and a few scrapers. */
const CONNECTIONS_MAX = 32;
const JSON_TYPE = 'application/json; charset=utf-8';

/** Off unless a port is set: these endpoints need no login, so they are not opened by default. */
export const healthVariables = {
  healthPort: integer('HEALTH_PORT', { default: 0, min: 0, max: 65_535 }),
  healthHost: text('HEALTH_HOST', { default: '127.0.0.1' }),
};

export interface HealthSettings {
  /** 0: any free port. */
  readonly port: number;
  readonly host: string;
}

export interface HealthServer {
  /** Such as `http://127.0.0.1:9100`. */
  readonly url: string;
  close(): Promise<void>;
}

interface Figures {
  readonly contentType: string;
  expose(): Promise<string>;
}

/**
 * `GET /healthz` (200 while the process lives), `/readyz` (200 when every part responds, otherwise 503 naming what is missing; with
 * `warnings` if there are any) and `/metrics`, for a service without an API of its own. Rejects when the port is not available.
 */
export async function serveHealth(
  settings: HealthSettings,
  probes: Probes,
  figures: Figures,
  warnings: () => readonly string[] = () => [],
): Promise<HealthServer> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, keepAlive: false }, (request, response) => {
    response.setHeader('connection', 'close');
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return answer(response, 405, { error: 'method_not_allowed' });
    switch (request.url) {
      case '/healthz':
        return answer(response, 200, { status: 'ok' });
      case '/readyz':
        return void ready(response, probes, warnings);
      case '/metrics':
        return void expose(response, figures);
      default:
        return answer(response, 404, { error: 'not_found' });
    }
  });
  server.maxConnections = CONNECTIONS_MAX;
  await listening(server, settings);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${settings.host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, { host, port }: HealthSettings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new Error(
          `The service cannot listen on HEALTH_PORT=${port} of ${host} (${cause.message}): choose another port.`,
          {
            cause,
          },
        ),
      );
    });
    server.listen(port, host, resolve);
  });
}

async function ready(response: ServerResponse, probes: Probes, warned: () => readonly string[]): Promise<void> {
  const asked = Object.entries(probes).map(([part, probe]) => missingOf(part, probe, PROBE_TIMEOUT_MS));
  const missing = (await Promise.all(asked)).flat();
  const warnings = warned();
  const told = warnings.length > 0 && { warnings };
  if (missing.length > 0) return answer(response, 503, { error: 'unavailable', missing, ...told });
  answer(response, 200, { status: 'ready', ...told });
}

async function expose(response: ServerResponse, figures: Figures): Promise<void> {
  try {
    const text = await figures.expose();
    response.writeHead(200, { 'content-type': figures.contentType }).end(text);
  } catch {
    // A failing metric must not end the process.
    answer(response, 500, { error: 'internal' });
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': JSON_TYPE }).end(JSON.stringify(body));
}
