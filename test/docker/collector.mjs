// Replaces the OpenTelemetry collector if its image is not available. Prints one line per received export.
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  let bytes = 0;
  request.on('data', (chunk) => {
    bytes += chunk.length;
  });
  request.on('end', () => {
    console.log(`${request.method} ${request.url} ${bytes} bytes`);
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
});
server.listen(4318, '0.0.0.0');
process.once('SIGTERM', () => process.exit(0));
