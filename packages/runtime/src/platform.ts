import { oneOf, text, urls } from './config.js';
import { logLevels } from './log.js';

/** What every process of ours needs: where the bus, the log and the files are. The defaults are what `npm start` brings up. */
export const platformVariables = {
  natsServers: urls('NATS_URL', { default: ['nats://127.0.0.1:4222'], schemes: ['nats', 'tls'] }),
  eventStoreUrl: text('EVENT_STORE_URL', { default: 'kurrentdb://127.0.0.1:2113?tls=false' }),
  /** A folder; the services of one installation share it. */
  dataDir: text('DATA_DIR', { default: '.data' }),
  logLevel: oneOf('LOG_LEVEL', logLevels, { default: 'info' }),
};
