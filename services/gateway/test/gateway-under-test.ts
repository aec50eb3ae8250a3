import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { hashToken, type TokenScope } from '@evidence/access';
import { type ArtifactStore, openArtifactFolder } from '@evidence/artifacts';
import { type EventOf, type EventType, envelop } from '@evidence/contracts';
import { type Position, type RecordedEvent } from '@evidence/event-store';
import { type EventLog, eventLogOver } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { loadFrameworks } from '@evidence/frameworks/load';
import type { Quotas } from '@evidence/retention';
import { createLogger } from '@evidence/runtime';
import { jwksOf } from '@evidence/signing';
import { Figures } from '@evidence/stage';
import { tempFolder } from '@evidence/testkit';
import { onTestFinished } from 'vitest';
import { sealWithHmac } from '../src/adapters/seal-with-hmac.js';
import type { Bus, SharedCells, TokenIssuer } from '../src/ports.js';
import type { CallsPerMinute } from '../src/shell/call/rate-limits.js';
import { listen } from '../src/shell/edge/server.js';
import type { Timeouts } from '../src/shell/edge/timeouts.js';
import { type Gateway, type GatewayParts, openGateway } from '../src/shell/gateway.js';
import { HeardProgress } from '../src/shell/reports/heard-progress.js';
import { Views } from '../src/shell/views.js';
import { type Answer, assertDeclared } from './declared.js';
import { signer } from './signer.js';

/** The start of the test's clock. */
export const START = '2026-05-22T10:35:00.000Z';

/** All scopes that the gateway uses. */
export const ALL_SCOPES: readonly TokenScope[] = [
  'reports:generate',
  'reports:read',
  'findings:read',
  'findings:write',
  'audit:read',
];
const VIEW_TIMEOUT_MS = 10_000;

/** A bus on which every service listens. */
export const everybodyListens: Bus = {
  missing: async () => [],
  warnings: () => ({}),
  ping: async () => undefined,
  queueDepth: async () => ({ scoping: 0, mapping: 0, renderer: 0, expiry: 0 }),
  oldestUnpublished: async () => undefined,
  askForFiles: async () => undefined,
};

export interface TestOptions {
  readonly packTemplates?: 'on' | 'off';
  /** Default: the engine in process, in memory. */
  readonly store?: EventLog;
  /** Default: a bus on which every service listens. */
  readonly bus?: Bus;
  readonly publicUrl?: string;
  readonly importBytesMax?: number;
  readonly deadlineSeconds?: number;
  readonly issuer?: TokenIssuer;
  readonly trustedProxies?: readonly string[];
  readonly corsOrigins?: readonly string[];
  /** Default: no limits. */
  readonly callsPerMinute?: Partial<CallsPerMinute>;
  /** Default: unavailable cells. */
  readonly shared?: SharedCells;
  readonly folder?: string;
  readonly heartbeatMs?: number;
  readonly timeouts?: Partial<Timeouts>;
  readonly limits?: GatewayParts['limits'];
  /** Default: no limits. */
  readonly quotas?: Partial<Quotas>;
  /** Default: nothing is kept free. */
  readonly diskWatermarkBytes?: number;
  readonly freeBytes?: GatewayParts['freeBytes'];
}

const NOT_LIMITED: CallsPerMinute = { reports: 0, token: 0, tenant: 0 };
const isAway = async () => {
  throw new Error('The cells are unavailable.');
};

/** What to send. Without `token` the call has the default token of the gateway, with `null` it has none. */
export interface Send {
  readonly method?: string;
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
}

export interface Received<Body> extends Answer {
  /** The body as JSON; undefined if there is none. */
  readonly json: Body;
}

/** A complete gateway that listens on its own port, with a real event store and a real artifact folder. The test controls its clock. */
export class GatewayUnderTest {
  now = new Date(START);
  url = '';
  /** A token of `acme` with every scope. */
  token = '';
  /** The progress that stages have reported. */
  readonly heard = new HeardProgress();
  readonly logLines: string[] = [];
  #gateway: Gateway | undefined;

  private constructor(
    readonly store: EventLog,
    readonly artifacts: ArtifactStore,
    readonly folder: string,
    private readonly options: TestOptions,
  ) {}

  static async open(options: TestOptions = {}): Promise<GatewayUnderTest> {
    const folder = options.folder ?? (await temporary());
    const store = options.store ?? openSqliteEventStore({ file: ':memory:', now: () => new Date(START) });
    const artifacts = await openArtifactFolder({ folder: join(folder, 'artifacts') });
    const gateway = new GatewayUnderTest(eventLogOver(store), artifacts, folder, options);
    await gateway.start();
    onTestFinished(() => gateway.stop());
    gateway.token = await gateway.mint('acme', ALL_SCOPES);
    return gateway;
  }

  /** Waits for the views to catch up, unless `caughtUp` is false. */
  async start({ caughtUp = true } = {}): Promise<void> {
    const { folder, options, store, artifacts } = this;
    const logger = createLogger('gateway', { destination: { write: (line: string) => void this.logLines.push(line) } });
    const views = new Views(join(folder, 'views'), store, logger);
    this.#gateway = await openGateway({
      config: {
        publicUrl: options.publicUrl ?? 'https://reports.example',
        deadlineSeconds: options.deadlineSeconds ?? 86_400,
        findingUrlTemplate: 'https://reports.example/findings/{id}',
        publicNatsUrl: 'tls://user:secret@bus.example:4443',
        importBytesMax: options.importBytesMax ?? 1024 * 1024,
        trustedProxies: options.trustedProxies ?? [],
        corsOrigins: options.corsOrigins ?? [],
        packTemplates: options.packTemplates ?? 'on',
        callsPerMinute: { ...NOT_LIMITED, ...options.callsPerMinute },
        quotas: { findings: 0, artifactBytes: 0, queuedReports: 0, ...options.quotas },
        watchedFolders: { data: folder },
        diskWatermarkBytes: options.diskWatermarkBytes ?? 0,
      },
      views,
      store,
      artifacts,
      frameworks: loadFrameworks(),
      publishedKeys: jwksOf([await signer(new Date(START))]),
      bus: options.bus ?? everybodyListens,
      heard: this.heard,
      shared: options.shared ?? { read: isAway, write: isAway },
      issuer: options.issuer,
      seal: sealWithHmac(Buffer.alloc(32, 7)),
      logger,
      heartbeatMs: options.heartbeatMs,
      timeouts: options.timeouts,
      limits: options.limits,
      freeBytes: options.freeBytes,
      tracing: {},
      figures: new Figures(),
      now: () => this.now,
      newId: randomUUID,
      randomBytes,
    });
    this.url = await listen(this.#gateway, { host: '127.0.0.1', port: 0 });
    if (caughtUp) await this.gateway.views.caughtUp();
  }

  async stop(): Promise<void> {
    await this.#gateway?.close();
    await this.#gateway?.views.close();
    this.#gateway = undefined;
  }

  get gateway(): Gateway {
    if (!this.#gateway) throw new Error('the gateway is stopped');
    return this.#gateway;
  }

  /** Advances the clock. */
  wait(seconds: number): void {
    this.now = new Date(this.now.getTime() + seconds * 1000);
  }

  /** Makes a call. Fails if /contracts/http/openapi.source.yaml does not declare the response. */
  async call<Body = Record<string, unknown>>(path: string, send: Send = {}): Promise<Received<Body>> {
    const { method = 'GET', token = this.token, headers = {}, json, body } = send;
    const url = new URL(path, this.url).href;
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(body === undefined ? {} : { body, duplex: 'half' }),
    } as RequestInit);
    const answer = {
      method,
      url,
      status: response.status,
      headers: response.headers,
      body: Buffer.from(await response.arrayBuffer()),
    };
    assertDeclared(answer);
    const isJson = /json/.test(answer.headers.get('content-type') ?? '') && answer.body.length > 0;
    return {
      ...answer,
      json: (isJson && response.status !== 206 ? JSON.parse(answer.body.toString()) : undefined) as Body,
    };
  }

  /** Appends, as another service or the operator would, and waits until the gateway has seen the event. */
  async append<Type extends EventType>(
    stream: string,
    tenant: string,
    ...events: readonly EventOf<Type>[]
  ): Promise<void> {
    const occurredAt = this.now.toISOString();
    const provenance = { tenant, correlationId: stream, causationId: stream, occurredAt, actor: 'service:renderer' };
    const enveloped = events.map((event) => envelop(randomUUID(), event, provenance));
    const { position } = await this.store.append(stream, 'any', enveloped);
    await this.reached(position);
  }

  async reached(position: Position): Promise<void> {
    const { reports, findings, tokens } = this.gateway.views;
    for (const { projection } of [reports, findings, tokens]) await projection.reached(position, VIEW_TIMEOUT_MS);
  }

  async mint(
    tenant: string,
    scopes: readonly string[],
    more: { expiresAt?: string; allowedCidrs?: string[] } = {},
  ): Promise<string> {
    const token = `ert_${randomBytes(16).toString('hex')}`;
    const tokenId = tokenIdOf(token);
    const data = {
      tokenId,
      tenant,
      name: 'test',
      sha256: hashToken(token),
      scopes: [...scopes],
      mintedAt: START,
      ...more,
    };
    await this.append(`token-${tokenId}`, tenant, { type: 'ApiTokenMinted', data });
    return token;
  }

  async revoke(token: string, tenant = 'acme'): Promise<void> {
    const tokenId = tokenIdOf(token);
    await this.append(`token-${tokenId}`, tenant, { type: 'ApiTokenRevoked', data: { tokenId, revokedAt: START } });
  }

  /** The types of the events in a stream. */
  async eventsIn(stream: string): Promise<readonly string[]> {
    return (await this.recordedIn(stream)).map(({ type }) => type);
  }

  async recordedIn(stream: string): Promise<readonly RecordedEvent[]> {
    return Array.fromAsync(this.store.readStream(stream));
  }

  /** The number of events in the log, without the audit events that every call adds. For assertions that nothing was appended. */
  async eventCount(): Promise<number> {
    let count = 0;
    for await (const { type } of this.store.readAll()) if (type !== 'ApiCallAudited') count += 1;
    return count;
  }
}

const tokenIdOf = (token: string) => `tok_${createHash('sha256').update(token).digest('hex').slice(0, 16)}`;

async function temporary(): Promise<string> {
  const { path, remove } = await tempFolder();
  onTestFinished(remove);
  return path;
}

/** A body that begins and never continues. (If it does not begin, `fetch` does not even send the headers.) */
export const stalled = () => new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('{')) });

/** The request of the seed data. */
export const seedRequest = {
  title: 'Q2 2026 evidence pack',
  frameworks: ['OWASP_LLM', 'NIST_AI_600_1', 'EU_AI_ACT'],
  scope: {
    endpoint_ids: ['ep_chat_prod'],
    from: '2026-04-01',
    to: '2026-06-30',
    include_severities: ['critical', 'high', 'medium'],
  },
  format: 'pdf',
};
