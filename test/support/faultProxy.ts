import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const host = '127.0.0.1';

/** Opens and shuts: who passes while it is shut waits until it opens. */
class Gate {
  private opened = Promise.resolve();
  private open: (() => void) | undefined;

  setShut(isShut: boolean): void {
    if (!isShut) {
      this.open?.();
      this.open = undefined;
    } else if (!this.open) {
      this.opened = new Promise((resolve) => (this.open = resolve));
    }
  }

  pass(): Promise<void> {
    return this.opened;
  }
}

/** A connection from a client to the proxy, and the one from the proxy to the server. */
interface Link {
  near: Socket;
  far: Socket | undefined;
  /** Shut while nothing passes on. */
  gate: Gate;
}

/**
 * Stands between a client and a server, whatever they speak over TCP, and makes what is between them fail. Each fault
 * can be switched on and off at any moment.
 */
export class FaultProxy {
  private readonly links = new Set<Link>();
  private target: { port: number; host: string };
  private isBlackHole = false;
  private delayMs = 0;
  private answersToSpare = 0;
  private answersToCut = 0;
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
    // Who has no more to say is not answered by the proxy, but by the other side.
    const server = createServer({ allowHalfOpen: true }).listen(0, host);
    await once(server, 'listening');
    const url = new URL(serverUrl);
    url.hostname = host;
    url.port = String((server.address() as AddressInfo).port);
    return new FaultProxy(url.href, server, serverUrl);
  }

  /** From now on new connections lead to another server. */
  redirect(serverUrl: string): void {
    this.target = targetOf(serverUrl);
  }

  /**
   * Everything is in order again, but for `refuse`. What a black hole held back arrives now, late as it is: as when a
   * network that was cut in two is whole again.
   */
  pass(): void {
    this.isBlackHole = false;
    this.delayMs = 0;
    this.answersToCut = 0;
    for (const { gate } of this.links) gate.setShut(false);
  }

  /** Ends all connections there are with an RST, to both sides. New ones are none the worse for it. */
  reset(): void {
    for (const link of this.links) this.end(link);
  }

  /** Accepts, and passes nothing on from now: neither on new connections nor on those there are. Nobody is told. */
  blackHole(): void {
    this.isBlackHole = true;
    this.silence();
  }

  /** Passes nothing on from now on the connections there are; new ones are none the worse for it. */
  silence(): void {
    for (const { gate } of this.links) gate.setShut(true);
  }

  /** The connection on which a client says this next passes nothing on from then on, this least of all. */
  silenceAt(words: string): void {
    this.lastWords = words;
  }

  /** Resets all connections and closes the port, as of a server that is down. */
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

  /** Passes each piece on after so many milliseconds, in both directions. */
  delay(milliseconds: number): void {
    this.delayMs = milliseconds;
  }

  /**
   * Pieces that the server sends break off in their middle, and their connections end.
   * @param after so many pieces pass first
   */
  cutAnswers(count: number, after = 0): void {
    this.answersToSpare = after;
    this.answersToCut = count;
  }

  /** Whether the piece at hand is to break off. */
  private takeCut(): boolean {
    if (this.answersToSpare > 0) {
      this.answersToSpare -= 1;
      return false;
    }
    this.answersToCut -= 1;
    return this.answersToCut >= 0;
  }

  /** Whether the piece at hand is where its connection is to fall silent. */
  private takeLastWords(piece: Buffer): boolean {
    if (this.lastWords === undefined || !piece.includes(this.lastWords)) return false;
    this.lastWords = undefined;
    return true;
  }

  close(): void {
    this.reset();
    if (this.server.listening) this.server.close();
  }

  private async accept(near: Socket): Promise<void> {
    const link: Link = { near, far: undefined, gate: new Gate() };
    link.gate.setShut(this.isBlackHole);
    this.links.add(link);
    near.on('error', () => undefined);
    await link.gate.pass();
    const far = connect({ ...this.target, allowHalfOpen: true }).on('error', () => undefined);
    link.far = far;
    await Promise.all([this.carry(link, near, far), this.carry(link, far, near)]);
    this.links.delete(link);
  }

  /** Resolves when there is nothing more to carry, and then the other side knows. */
  private async carry(link: Link, from: Socket, to: Socket): Promise<void> {
    try {
      for await (const piece of from as AsyncIterable<Buffer>) {
        if (this.delayMs > 0) await delay(this.delayMs);
        if (from === link.near && this.takeLastWords(piece)) link.gate.setShut(true);
        await link.gate.pass();
        const isCut = from === link.far && this.takeCut();
        await write(to, isCut ? piece.subarray(0, piece.length / 2) : piece);
        if (isCut) break;
      }
      await link.gate.pass();
      to.end();
    } catch {
      await link.gate.pass();
      to.resetAndDestroy();
    }
  }

  private end(link: Link): void {
    link.near.resetAndDestroy();
    link.far?.resetAndDestroy();
    // What waits at the gate finds that there is nobody any more.
    link.gate.setShut(false);
  }
}

function write(socket: Socket, piece: Buffer): Promise<void> {
  return new Promise((resolve, reject) => socket.write(piece, (error) => (error ? reject(error) : resolve())));
}

function targetOf(url: string): { port: number; host: string } {
  const { port, hostname } = new URL(url);
  return { port: Number(port), host: hostname };
}
