import { randomUUID } from 'node:crypto';
import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Sequelize } from 'sequelize';
import type { Config } from '../core/config.js';
import type { Logger } from '../core/logger.js';

/** How often it is tried whether notices arrive, and for how long they are believed to after one did; in milliseconds. */
const beatMs = 1000;
const believedMs = 2500;

interface Connection {
  client: pg.Client;
  socket: Socket;
  /** When it began to listen; undefined until then. */
  listeningSince?: number;
}

/**
 * Listens to a channel of PostgreSQL, on a connection of its own. Once a second it sends itself a notice, as anybody else
 * would, by the pool: so it knows within two and a half seconds when the connection is dead, or when something between,
 * such as a pooler, passes no notices on. Then it tries another.
 */
export class ChannelListener {
  private readonly beat = `beat ${randomUUID()}`;
  private readonly listeners: ((payload: string) => void)[] = [];
  private readonly missedListeners: (() => void)[] = [];
  private connection: Connection | undefined;
  private timer: NodeJS.Timeout | undefined;
  private lastBeat = -Infinity;
  private isClosed = false;

  /** @param channel its name, which is taken as it is */
  constructor(
    private readonly databaseUrl: string,
    private readonly channel: string,
    private readonly sequelize: Sequelize,
    private readonly config: Config['database'],
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /** False where a notice could have been missed. */
  get isHeard(): boolean {
    return performance.now() - this.lastBeat < believedMs;
  }

  onNotice(listener: (payload: string) => void): void {
    this.listeners.push(listener);
  }

  onMissed(listener: () => void): void {
    this.missedListeners.push(listener);
  }

  /** Resolves when it has been tried once; it will go on trying. */
  async open(): Promise<void> {
    this.timer = setInterval(() => {
      this.giveUpSilent();
      void this.send();
    }, beatMs);
    await this.connect();
    await this.send();
  }

  /** Waits for the database, which may never answer. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.timer);
    await this.connection?.client.end();
  }

  private async connect(): Promise<void> {
    const socket = new Socket();
    const client = new pg.Client({
      connectionString: this.databaseUrl,
      application_name: 'smart-audit-api notices',
      stream: () => socket,
      connectionTimeoutMillis: this.config.connectTimeoutMs,
      query_timeout: this.config.connectTimeoutMs,
    });
    const connection: Connection = { client, socket };
    client.on('notification', ({ payload = '' }) => this.receive(payload));
    client.on('error', () => void this.lost(connection));
    client.on('end', () => void this.lost(connection));
    this.connection = connection;
    try {
      await client.connect();
      await client.query(`LISTEN ${this.channel}`);
      connection.listeningSince = performance.now();
    } catch (error) {
      this.logger.warn({ err: error }, 'Cannot listen to the database: sessions are read at every request');
      void this.lost(connection);
    }
  }

  /** A connection to a peer that is gone without a word would look alive for hours. */
  private giveUpSilent(): void {
    const { connection } = this;
    if (connection?.listeningSince === undefined) return;
    const heard = Math.max(connection.listeningSince, this.lastBeat);
    if (performance.now() - heard >= believedMs) void this.lost(connection);
  }

  /** Notices of the time without a connection will never come. */
  private async lost(connection: Connection): Promise<void> {
    if (this.connection !== connection) return;
    this.connection = undefined;
    this.lastBeat = -Infinity;
    for (const listener of this.missedListeners) listener();
    connection.socket.destroy();
    await delay(beatMs, undefined, { ref: false });
    if (!this.isClosed) await this.connect();
  }

  private receive(payload: string): void {
    if (payload === this.beat) this.lastBeat = performance.now();
    else if (!payload.startsWith('beat ')) for (const listener of this.listeners) listener(payload);
  }

  private async send(): Promise<void> {
    const bind = [this.channel, this.beat];
    await this.sequelize.query('SELECT pg_notify($1, $2)', { bind }).catch(() => undefined);
  }
}
