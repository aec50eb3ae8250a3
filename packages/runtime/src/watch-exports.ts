import type { Logger } from './log.js';

/** The part of an OpenTelemetry exporter that sends. */
interface Exporter<Items> {
  export(items: Items, done: (result: ExportResult) => void): void;
}

interface ExportResult {
  /** 0: sent. */
  readonly code: number;
  readonly error?: Error;
}

/**
 * Makes the exporter log when its exports begin to fail, and when they work again; once each, because there may be an export every second. The SDK
 * itself reports failures to a logger that is off by default, so a wrong address would never be noticed. Returns the exporter.
 */
export function watchExports<Items, E extends Exporter<Items>>(
  exporter: E & Exporter<Items>,
  what: 'traces' | 'metrics',
  logger: Pick<Logger, 'warn' | 'info'>,
): E {
  const send = exporter.export.bind(exporter);
  let isFailing = false;
  exporter.export = (items, done) =>
    send(items, (result) => {
      const fails = result.code !== 0;
      if (fails && !isFailing) {
        logger.warn(
          { reason: result.error?.message },
          `${what} cannot be sent to the collector and are dropped: check OTEL_EXPORTER_OTLP_ENDPOINT and the collector`,
        );
      }
      if (!fails && isFailing) logger.info(`${what} are sent to the collector again`);
      isFailing = fails;
      done(result);
    });
  return exporter;
}
