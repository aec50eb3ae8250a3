// The image's health check: whether the program of this container is alive. Whether it is ready is a matter of /readyz, which orchestrators call themselves.
import { connect } from 'node:net';

const TIMEOUT_MS = 4_000;
const { HEALTH_PORT, EVENT_STORE_PORT = '2113' } = process.env;

const isAlive = (await livesOverHttp(HEALTH_PORT)) || (await listens(EVENT_STORE_PORT));
process.exit(isAlive ? 0 : 1);

/** A service. */
async function livesOverHttp(port) {
  const url = `http://127.0.0.1:${port}/healthz`;
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => undefined);
  return response?.ok === true;
}

/** store-server, which speaks no HTTP. */
function listens(port) {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: Number(port), timeout: TIMEOUT_MS });
    const answer = (isListening) => {
      socket.destroy();
      resolve(isListening);
    };
    socket.once('connect', () => answer(true));
    for (const failed of ['error', 'timeout']) socket.once(failed, () => answer(false));
  });
}
