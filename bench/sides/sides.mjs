import { availableParallelism } from 'node:os';
import { BetterAuthProtocol } from './betterAuthProtocol.mjs';
import { OurProtocol } from './ourProtocol.mjs';
import { startOurServer } from './ourServer.mjs';
import { runScript, startPeer } from './peer.mjs';

const scripts = { limit: 'rawLimit.mjs', fastify: 'fastify.mjs', betterAuth: 'betterAuth.mjs' };

/** What can be compared, by the name that results have: who it is, what the report calls it, and how it is set up. */
const definitions = {
  ours: { who: 'ours', title: 'this server' },
  oursFresh: { who: 'ours', title: 'this server, no session cache', settings: { SESSION_CACHE_SECONDS: '0' } },
  limit: { who: 'limit', title: 'the limit: raw node:http, HS256, one query' },
  fastify: { who: 'fastify', title: 'fastify, @fastify/jwt, pg' },
  fastifyCache: { who: 'fastify', title: 'the same, verify cache on', settings: { VERIFY_CACHE: 'on' } },
  betterAuth: { who: 'betterAuth', title: 'better-auth' },
  betterAuthCache: { who: 'betterAuth', title: 'better-auth, cookie cache on', settings: { COOKIE_CACHE: 'on' } },
  betterAuthRefresh: {
    who: 'betterAuth',
    title: 'better-auth, get-session with updateAge 0',
    settings: { SESSION_UPDATE_AGE: '0' },
  },
  betterAuthScrypt: { who: 'betterAuth', title: 'better-auth, its own scrypt', settings: { PASSWORD_HASH: 'own' } },
};

/** A server that is being compared: where it is, and how it is asked. */
export class Side {
  /** @param {{ key: string, who: string, title: string, workers: number, url: string, pid: number, stop: Function }} run */
  constructor(run) {
    Object.assign(this, run);
    this.protocol = run.who === 'betterAuth' ? new BetterAuthProtocol(run.url) : new OurProtocol(run.url);
  }
}

/** Starts what is compared, each with the same settings on the same PostgreSQL. */
export class Sides {
  #cleanup;
  #database;
  #settings;
  #redisUrl;
  #betterAuthUrl;

  /**
   * @param {import('../cleanup.mjs').Cleanup} cleanup
   * @param {import('../database.mjs').Database} database
   * @param {Record<string, string>} settings what all have in common
   * @param {string} [redisUrl] for this server, where it has several workers
   */
  constructor(cleanup, database, settings, redisUrl) {
    this.#cleanup = cleanup;
    this.#database = database;
    this.#settings = settings;
    this.#redisUrl = redisUrl;
  }

  get secret() {
    return this.#settings.SECRET_KEY;
  }

  /** Starts several, works with them, and stops them. */
  async with(keys, workers, work) {
    const sides = {};
    try {
      for (const key of keys) sides[key] = await this.start(key, workers);
      return await work(sides);
    } finally {
      await Promise.all(Object.values(sides).map((side) => side.stop()));
    }
  }

  /** @param {string} key of `definitions` */
  async start(key, workers) {
    const { who, title, settings } = definitions[key];
    const all = { ...(await this.#settingsOf(who, workers)), ...settings };
    const run =
      who === 'ours'
        ? await startOurServer(this.#cleanup, { folder: this.#database.scratch, settings: all })
        : await startPeer(this.#cleanup, { script: scripts[who], settings: all });
    return new Side({ key, who, title, workers, ...run });
  }

  /**
   * This server with one worker, as something about it is compared with itself.
   * @param {{ settings?: Record<string, string>, home?: string, title?: string }} options
   */
  async startOurs({ settings = {}, home, title = definitions.ours.title } = {}) {
    const all = { ...(await this.#settingsOf('ours', 1)), ...settings };
    const run = await startOurServer(this.#cleanup, { folder: this.#database.scratch, settings: all, home });
    return new Side({ key: title, who: 'ours', title, workers: 1, ...run });
  }

  /** People who are signed in on a side, and the headers by which it knows them. */
  async people({ who }, count) {
    const url = who === 'betterAuth' ? await this.#ownDatabase() : this.#database.url;
    const protocol = who === 'betterAuth' ? BetterAuthProtocol : OurProtocol;
    return protocol.people({ url, secret: this.secret, count });
  }

  async #settingsOf(who, workers) {
    // Peers have so many in each worker, we for all: whatever a worker gets to do, no processor is idle.
    const threads = String(availableParallelism());
    return {
      ...this.#settings,
      DATABASE_URL: who === 'betterAuth' ? await this.#ownDatabase() : this.#database.url,
      WORKERS: String(workers),
      HASH_THREADS: threads,
      ...(who !== 'ours' && { UV_THREADPOOL_SIZE: threads }),
      ...(who === 'ours' && workers > 1 && this.#redisUrl && { REDIS_URL: this.#redisUrl }),
      ...(who === 'betterAuth' && { PASSWORD_HASH: 'bcrypt' }),
    };
  }

  /** better-auth's own database, with its tables. */
  #ownDatabase() {
    this.#betterAuthUrl ??= this.#database.create('better_auth').then(async (url) => {
      const settings = { ...this.#settings, DATABASE_URL: url, WORKERS: '1', PORT: '1', WHAT: 'migrate' };
      await runScript(scripts.betterAuth, settings);
      return url;
    });
    return this.#betterAuthUrl;
  }
}
