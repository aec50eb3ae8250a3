import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/**
 * Lets go of a client that goes on sending a body for so long after the answer to it: who is refused at the door shall not hold a
 * connection by it. Not at once, for then many a client would miss the answer (RFC 9112 §9.6). On the server and not a hook: what the
 * router refuses meets no hook.
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
