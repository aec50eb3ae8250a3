import { eventStoreUrlIn, natsAccessIn } from './access.js';
import { oneOf, text, together, url, urls } from './config.js';
import { logLevels } from './log.js';

/** What all our processes need: where the bus, the log and the files are. The defaults match what `npm start` runs. */
export const platformVariables = {
  natsServers: urls('NATS_URL', { default: ['nats://127.0.0.1:4222'], schemes: ['nats', 'tls'] }),
  natsAccess: together(natsAccessIn),
  /** Contains the login, if there is one, so it is a secret. */
  eventStoreUrl: together((env) => eventStoreUrlIn(env, 'kurrentdb://127.0.0.1:2113?tls=false')),
  /** A folder; the services of one installation share it. */
  dataDir: text('DATA_DIR', { default: '.data' }),
  /** A folder of this machine, for what each instance derives from the log. Default: `views` in the data folder. */
  viewsDir: text('VIEWS_DIR', { default: undefined }),
  /** Used by `startTracing`; tracing is off without it. */
  telemetryEndpoint: url('OTEL_EXPORTER_OTLP_ENDPOINT', { default: undefined, schemes: ['http', 'https'] }),
  telemetryProtocol: oneOf('OTEL_EXPORTER_OTLP_PROTOCOL', ['http/protobuf', 'http/json'], {
    default: 'http/protobuf',
  }),
  logLevel: oneOf('LOG_LEVEL', logLevels, { default: 'info' }),
};
