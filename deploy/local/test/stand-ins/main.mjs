// `npm start` with stand-ins for all programs except nats-server. Tests run it as a process and send it signals.
import { join } from 'node:path';
import { checkedSettings, StartFailure, supervise } from '../../dist/index.js';

const script = (name) => join(import.meta.dirname, `${name}.mjs`);
const worker = script(process.env.STAND_IN_WORKER ?? 'worker');

try {
  await supervise({
    settings: await checkedSettings(process.env, join(import.meta.dirname, '..', '..', '..', '..')),
    scripts: {
      'store-server': script('store-server'),
      gateway: script('gateway'),
      scoping: worker,
      mapping: worker,
      renderer: worker,
      expiry: worker,
    },
    cli: script('evidence'),
    samplesDir: join(import.meta.dirname, 'samples'),
    env: process.env,
  });
} catch (failure) {
  if (!(failure instanceof StartFailure)) throw failure;
  for (const line of failure.message.split('\n')) console.error(`  ${line}`);
  process.exitCode = 1;
}
