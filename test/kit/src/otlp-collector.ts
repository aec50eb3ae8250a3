import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

type SpanKindName = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

export interface CollectedSpan {
  readonly service: string;
  readonly name: string;
  readonly kind: SpanKindName;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first of its trace. */
  readonly parentSpanId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The traces that it links to. */
  readonly links: readonly string[];
}

interface CollectedPoint {
  readonly attributes: Readonly<Record<string, unknown>>;
  /** For a histogram, the number of its observations. */
  readonly value: number;
}

/** Receives OTLP over HTTP in JSON, like a collector, and keeps it: pass its `env` to processes. */
export interface OtlpCollector extends AsyncDisposable {
  readonly env: NodeJS.ProcessEnv;
  readonly spans: readonly CollectedSpan[];
  /** The last values that a service has sent, by metric name. */
  metricsOf(service: string): ReadonlyMap<string, readonly CollectedPoint[]>;
  readonly stop: () => Promise<void>;
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly [type: string]: unknown };
}
interface Resourced {
  readonly resource: { readonly attributes: readonly Attribute[] };
}
interface TracesBody {
  readonly resourceSpans: readonly (Resourced & {
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  })[];
}
interface Span {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes?: readonly Attribute[];
  readonly links?: readonly { readonly traceId: string }[];
}
interface MetricsBody {
  readonly resourceMetrics: readonly (Resourced & {
    readonly scopeMetrics: readonly { readonly metrics: readonly Metric[] }[];
  })[];
}
interface Points {
  readonly dataPoints: readonly {
    readonly attributes?: readonly Attribute[];
    readonly asDouble?: number;
    readonly count?: number | string;
  }[];
}
interface Metric {
  readonly name: string;
  readonly sum?: Points;
  readonly gauge?: Points;
  readonly histogram?: Points;
}

/** By the numbers of OTLP. */
const KINDS: readonly SpanKindName[] = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'];

export async function startCollector(): Promise<OtlpCollector> {
  const spans: CollectedSpan[] = [];
  const metrics = new Map<string, Map<string, readonly CollectedPoint[]>>();
  const metricsOf = (service: string) => metrics.get(service) ?? new Map<string, readonly CollectedPoint[]>();
  const take = (path: string | undefined, body: unknown): void => {
    if (path === '/v1/traces') spans.push(...spansIn(body as TracesBody));
    if (path !== '/v1/metrics') return;
    for (const { resource, scopeMetrics } of (body as MetricsBody).resourceMetrics) {
      const service = serviceOf(resource);
      const own = new Map(metricsOf(service));
      for (const metric of scopeMetrics.flatMap((scope) => scope.metrics)) own.set(metric.name, pointsOf(metric));
      metrics.set(service, own);
    }
  };
  const server = createServer((request, response) => {
    bodyOf(request).then(
      (body) => {
        take(request.url, JSON.parse(body));
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '100',
      OTEL_METRIC_EXPORT_INTERVAL: '1000',
    },
    spans,
    metricsOf,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

const spansIn = ({ resourceSpans }: TracesBody): CollectedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans
      .flatMap((scope) => scope.spans)
      .map(({ name, kind, traceId, spanId, parentSpanId = '', attributes, links = [] }) => ({
        ...{ service: serviceOf(resource), name, kind: KINDS[kind] ?? 'internal', traceId, spanId, parentSpanId },
        attributes: attributesOf(attributes),
        links: links.map((link) => link.traceId),
      })),
  );

const pointsOf = ({ sum, gauge, histogram }: Metric): CollectedPoint[] =>
  (sum ?? gauge ?? histogram)?.dataPoints.map(({ attributes, asDouble, count }) => ({
    attributes: attributesOf(attributes),
    value: asDouble ?? Number(count),
  })) ?? [];

const serviceOf = ({ attributes }: Resourced['resource']): string => String(attributesOf(attributes)['service.name']);

const attributesOf = (attributes: readonly Attribute[] = []): Readonly<Record<string, unknown>> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, plainOf(value)]));

function plainOf(value: Attribute['value']): unknown {
  const [plain] = Object.values(value);
  const { values } = (value.arrayValue ?? {}) as { readonly values?: readonly Attribute['value'][] };
  return values ? values.map(plainOf) : plain;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
