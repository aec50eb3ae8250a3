// Replaces the gateway: it is ready at once, and returns its environment to every request.
import { createServer } from 'node:http';

const { NATS_URL, EVENT_STORE_URL, DATA_DIR } = process.env;
createServer((request, response) => {
  response.end(request.url === '/readyz' ? 'ready' : JSON.stringify({ NATS_URL, EVENT_STORE_URL, DATA_DIR }));
}).listen(Number(process.env.PORT), process.env.HOST || '127.0.0.1');
for (const event of ['SIGTERM', 'disconnect']) process.on(event, () => process.exit(0));
