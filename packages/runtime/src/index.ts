export {
  eventStoreAccessSettings,
  eventStoreUrlIn,
  type NatsAccess,
  natsAccessIn,
  natsAccessSettings,
  natsSettingOf,
} from './access.js';
export {
  ConfigError,
  type ConfigOf,
  type ConfigSpec,
  integer,
  list,
  oneOf,
  type Reading,
  readConfig,
  text,
  url,
  urls,
  type Variable,
  withoutPassword,
} from './config.js';
export { inTime } from './in-time.js';
export { createLogger, type Logger, type LogLevel, logLevels, nestLogger } from './log.js';
export { platformVariables } from './platform.js';
export { type Closer, DRAIN_DEADLINE_MS, type ProcessOptions, type ProcessScope, runProcess } from './process.js';
export { remember } from './remember.js';
export { type DiskShortage, DiskWatch, type FreeBytes, roomVariables, shortageInWords } from './room.js';
export { activeTrace } from './trace-context.js';
export { NOT_TRACED, startTracing, type Tracing, type TracingOptions } from './tracing.js';
