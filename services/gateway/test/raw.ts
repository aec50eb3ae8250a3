import { connect } from 'node:net';
import { assertDocument } from '@evidence/contracts';
import type { GatewayUnderTest } from './gateway-under-test.js';

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly problem: { readonly error: string; readonly detail: string; readonly field?: string };
}

/** Sends bytes unchanged, which no client library would send, and reads until the connection ends. */
export async function received(url: string, bytes: string | Uint8Array): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('error', () => undefined);
  socket.write(bytes);
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** The single response to such bytes. */
export async function raw(url: string, bytes: string | Uint8Array): Promise<RawAnswer> {
  const text = await received(url, bytes);
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const problem = head.includes('application/problem+json') ? JSON.parse(body) : undefined;
  if (problem) assertDocument('Problem.v1', problem);
  return { status: Number(head.split(' ')[1]), head, problem };
}

/** A raw request with the gateway's token and custom headers. */
export const request = ({ token }: GatewayUnderTest, line: string, headers: readonly string[] = [], body = '') =>
  [line, 'Host: x', `Authorization: Bearer ${token}`, 'Connection: close', ...headers, '', body].join('\r\n');
