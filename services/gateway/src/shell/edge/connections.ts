import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface ConnectionLimits {
  /** In total. */
  readonly connections: number;
  /** From one address that is not a trusted proxy. */
  readonly perAddress: number;
}

const LISTENERS_MAX = 32;

export const CONNECTION_LIMITS: ConnectionLimits = { connections: 1_000, perAddress: 500 };

/**
 * Keeps room for the next caller. Beyond a limit, the connection that has been idle longest is closed: of the address itself, or of the address with
 * the most idle ones. A connection is idle while it carries no request, even while headers are still arriving. A request in progress is never aborted
 * for another; if no connection is idle, the new one is closed. Node's own `maxConnections` would close every new connection, so 1,000 silent sockets
 * could lock everybody out.
 */
export function keepRoom(server: Server, limits: ConnectionLimits, isProxy: (address: string) => boolean): void {
  const room = new Room();
  server.prependListener('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    socket.once('close', () => room.leave(socket, address));
    const { total, ofAddress } = room.enter(socket, address);
    if (ofAddress > limits.perAddress && !isProxy(address)) room.closeIdle(address);
    else if (total > limits.connections) room.closeIdle();
  });
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    room.begin(socket);
    // Each hook that waits for the end of the response adds a listener, and Node would warn of a leak at eleven.
    response.setMaxListeners(LISTENERS_MAX);
    response.once('close', () => room.end(socket));
  });
}

interface Connection {
  readonly address: string;
  /** Requests in progress: more than one when a client pipelines them. */
  requests: number;
}

/** The open connections, those that have been idle longest first. */
class Room {
  readonly #open = new Map<Socket, Connection>();
  readonly #ofAddress = new Map<string, number>();

  enter(socket: Socket, address: string): { readonly total: number; readonly ofAddress: number } {
    this.#open.set(socket, { address, requests: 0 });
    const ofAddress = (this.#ofAddress.get(address) ?? 0) + 1;
    this.#ofAddress.set(address, ofAddress);
    return { total: this.#open.size, ofAddress };
  }

  leave(socket: Socket, address: string): void {
    this.#open.delete(socket);
    const left = (this.#ofAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#ofAddress.set(address, left);
    else this.#ofAddress.delete(address);
  }

  begin(socket: Socket): void {
    const connection = this.#open.get(socket);
    if (connection) connection.requests += 1;
  }

  end(socket: Socket): void {
    const connection = this.#open.get(socket);
    if (!connection) return;
    connection.requests -= 1;
    this.#open.delete(socket);
    this.#open.set(socket, connection);
  }

  /** Closes one connection of the address, or of the address with the most connections: the newest, if none is idle. */
  closeIdle(address = this.#mostCrowded()): void {
    let newest: Socket | undefined;
    for (const [socket, connection] of this.#open) {
      if (connection.address !== address) continue;
      newest = socket;
      if (connection.requests === 0) break;
    }
    newest?.destroy();
  }

  #mostCrowded(): string {
    let most: readonly [string, number] = ['', 0];
    for (const one of this.#ofAddress) if (one[1] > most[1]) most = one;
    return most[0];
  }
}
