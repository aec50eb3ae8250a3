import 'reflect-metadata';
import { createLogger, runProcess, startTracing } from '@evidence/runtime';
import { expiryConfig } from './shell/config.js';
import { startExpiry } from './shell/start-expiry.js';

await runProcess('expiry', async ({ onShutdown }) => {
  const config = expiryConfig(process.env);
  const logger = createLogger('expiry', { level: config.logLevel });
  const tracing = await startTracing({ service: 'expiry', env: process.env });
  onShutdown(() => tracing.shutdown());
  await startExpiry({
    config,
    logger,
    now: () => new Date(),
    schedule: (delayMs, act) => {
      const timer = setTimeout(act, delayMs);
      return () => clearTimeout(timer);
    },
    onShutdown,
    // Thrown where nobody catches it: the process ends, and the supervisor starts it on a fresh look at the log.
    onViewLost: (cause) => {
      setImmediate(() => {
        throw cause;
      });
    },
  });
  return logger;
});
