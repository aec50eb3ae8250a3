export {
  ConfigError,
  type ConfigOf,
  type ConfigSpec,
  flag,
  integer,
  oneOf,
  readConfig,
  secret,
  text,
  url,
  urls,
  type Variable,
} from './config.js';
export { createLogger, type Logger, type LogLevel, logLevels, nestLogger } from './log.js';
export { platformVariables } from './platform.js';
export { type Closer, DRAIN_DEADLINE_MS, type ProcessOptions, type ProcessScope, runProcess } from './process.js';
export { activeTrace, contextOf, linkTo, type TraceCarrier } from './trace-context.js';
export { startTracing, type Tracing, type TracingOptions } from './tracing.js';
