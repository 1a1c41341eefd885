import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Opens a connection and collects what arrives on it. */
export function openSocket(url: string): { socket: Socket; received: () => string } {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return { socket, received: () => text };
}

/** Sends bytes unchanged and returns everything that arrives until the server closes the connection. */
export async function rawRequest(url: string, bytes: string | Buffer): Promise<string> {
  const { socket, received } = openSocket(url);
  socket.write(bytes);
  await once(socket, 'close');
  return received();
}

/** The JSON body of a raw response. */
export function bodyOf(response: string): unknown {
  return JSON.parse(response.slice(response.indexOf('\r\n\r\n') + 4));
}
