import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/**
 * Disconnects a client that is still sending its body this long after the response, so that a refused client cannot hold a connection.
 * Not at once, because many clients would then miss the response (RFC 9112 §9.6). On the server instead of in a hook, because requests that
 * the router refuses pass no hook.
 */
export function cutOffUnwantedBodies(server: Server, afterMs: number): void {
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    response.once('finish', () => {
      if (request.complete) return;
      setTimeout(() => {
        if (!request.complete) socket.destroy();
      }, afterMs).unref();
    });
  });
}
