// A process like that of a service's main.ts. process.test.ts runs it; the arguments say what should go wrong.
import { createLogger } from '../src/log.ts';
import { runProcess } from '../src/process.ts';

const [how] = process.argv.slice(2);

await runProcess(
  'sample',
  async ({ onShutdown }) => {
    const alive = setInterval(() => {}, 1_000);
    const logger = createLogger('sample');
    onShutdown(() => {
      clearInterval(alive);
      logger.info('closed first-opened');
    });
    onShutdown(async () => {
      if (how === 'hang') await new Promise(() => {});
      if (how === 'hang on SIGTERM') await new Promise((resolve) => setTimeout(resolve, 60_000));
      logger.info('closed last-opened');
    });
    if (how === 'fail to start') throw new Error('PORT is 1 to 65535.\nSet it.');
    if (how === 'reject') setImmediate(() => Promise.reject(new Error('nobody caught this')));
    return logger;
  },
  { drainDeadlineMs: how === 'hang' ? 50 : 20_000 },
);
