import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { listen } from './listen.js';

const host = '127.0.0.1';

/** A connection from a client to the proxy, and the one from the proxy to the server. */
interface Link {
  near: Socket;
  far: Socket | undefined;
  /** Whether nothing is passed on. */
  isHeld: boolean;
}

/** A TCP proxy that makes the network between a client and a server fail. */
export class FaultProxy {
  private readonly links = new Set<Link>();
  private target: { port: number; host: string };
  private isBlackHole = false;
  private delayMs = 0;
  /** Whether the next piece from the server breaks off. */
  private isCut = (): boolean => false;
  private lastWords: string | undefined;

  private constructor(
    /** The URL of the server, with the proxy in its place. */
    readonly url: string,
    private readonly server: Server,
    serverUrl: string,
  ) {
    this.target = targetOf(serverUrl);
    server.on('connection', (near) => void this.accept(near));
  }

  /** @param serverUrl of any scheme, with a port */
  static async before(serverUrl: string): Promise<FaultProxy> {
    // The other side decides when a half-closed connection ends.
    const server = createServer({ allowHalfOpen: true });
    const port = String(await listen(server));
    const { href } = Object.assign(new URL(serverUrl), { hostname: host, port });
    return new FaultProxy(href, server, serverUrl);
  }

  /** Leads new connections to another server. */
  redirect(serverUrl: string): void {
    this.target = targetOf(serverUrl);
  }

  /** Ends every fault but `refuse`. What a black hole held back now arrives, as after a network partition. */
  pass(): void {
    this.isBlackHole = false;
    this.delayMs = 0;
    this.isCut = () => false;
    for (const link of this.links) link.isHeld = false;
  }

  /** Ends a black hole for new connections only. */
  passNew(): void {
    this.isBlackHole = false;
  }

  /** Ends all present connections with an RST to both sides. */
  reset(): void {
    for (const link of this.links) this.end(link);
  }

  /** Passes nothing on, on present and new connections, without ending them. */
  blackHole(): void {
    this.isBlackHole = true;
    this.silence();
  }

  /** Passes nothing on, on present connections only. */
  silence(): void {
    for (const link of this.links) link.isHeld = true;
  }

  /** Passes nothing on, on the connection whose client sends this next; not even this. */
  silenceAt(words: string): void {
    this.lastWords = words;
  }

  /** Resets all connections and closes the port, as when a server is down. */
  async refuse(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.reset();
    await closed;
  }

  /** Opens the port again. */
  async accepts(): Promise<void> {
    const { port } = new URL(this.url);
    this.server.listen(Number(port), host);
    await once(this.server, 'listening');
  }

  /** Delays each piece, in both directions. */
  delay(milliseconds: number): void {
    this.delayMs = milliseconds;
  }

  /**
   * Breaks off pieces from the server in the middle, and ends their connections.
   * @param after how many pieces pass before that
   */
  cutAnswers(count: number, after = 0): void {
    let pieces = 0;
    this.isCut = () => {
      pieces += 1;
      return pieces > after && pieces <= after + count;
    };
  }

  close(): void {
    this.reset();
    if (this.server.listening) this.server.close();
  }

  private async accept(near: Socket): Promise<void> {
    const link: Link = { near, far: undefined, isHeld: this.isBlackHole };
    this.links.add(link);
    near.on('error', () => undefined);
    await whileHeld(link);
    const far = connect({ ...this.target, allowHalfOpen: true }).on('error', () => undefined);
    link.far = far;
    await Promise.all([this.carry(link, near, far), this.carry(link, far, near)]);
    this.links.delete(link);
  }

  /** Passes on what comes from one side, and then its end. */
  private async carry(link: Link, from: Socket, to: Socket): Promise<void> {
    try {
      for await (const piece of from as AsyncIterable<Buffer>) {
        if (this.delayMs > 0) await delay(this.delayMs);
        if (from === link.near && this.lastWords !== undefined && piece.includes(this.lastWords)) {
          this.lastWords = undefined;
          link.isHeld = true;
        }
        await whileHeld(link);
        const isCut = from === link.far && this.isCut();
        await write(to, isCut ? piece.subarray(0, piece.length / 2) : piece);
        if (isCut) break;
      }
      await whileHeld(link);
      to.end();
    } catch {
      await whileHeld(link);
      to.resetAndDestroy();
    }
  }

  private end(link: Link): void {
    link.near.resetAndDestroy();
    link.far?.resetAndDestroy();
    link.isHeld = false;
  }
}

async function whileHeld(link: Link): Promise<void> {
  while (link.isHeld) await delay(5);
}

function write(socket: Socket, piece: Buffer): Promise<void> {
  return new Promise((resolve, reject) => socket.write(piece, (error) => (error ? reject(error) : resolve())));
}

function targetOf(url: string): { port: number; host: string } {
  const { port, hostname } = new URL(url);
  return { port: Number(port), host: hostname };
}
