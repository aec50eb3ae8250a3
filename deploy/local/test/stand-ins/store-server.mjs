// Replaces the event store: accepts connections on EVENT_STORE_PORT, and exits when asked to.
import { createServer } from 'node:net';

createServer((socket) => socket.destroy()).listen(Number(process.env.EVENT_STORE_PORT), '127.0.0.1');
for (const event of ['SIGTERM', 'disconnect']) process.on(event, () => process.exit(0));
