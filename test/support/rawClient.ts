import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** A connection over which a test sends bytes of its own. */
export class RawClient {
  /** Everything received. */
  answer = '';

  private constructor(readonly socket: Socket) {
    socket.on('error', () => undefined).on('data', (bytes) => (this.answer += bytes.toString('latin1')));
  }

  /** @param localAddress the address of the client */
  static async connect(url: string, firstBytes = '', localAddress = '127.0.0.1'): Promise<RawClient> {
    const { port, hostname, protocol } = new URL(url);
    const options = { port: Number(port), host: hostname, localAddress };
    const isTls = protocol === 'https:';
    const socket = isTls ? connectTls({ ...options, rejectUnauthorized: false }) : connect(options);
    const client = new RawClient(socket);
    // A connection that the server closes at once may never become secure.
    await new Promise((resolve) => socket.once(isTls ? 'secureConnect' : 'connect', resolve).once('close', resolve));
    socket.write(firstBytes);
    return client;
  }

  get isClosed(): boolean {
    return this.socket.closed;
  }
}
