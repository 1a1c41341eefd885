import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createClient } from '@redis/client';
import { freePort } from './freePort.js';
import { versionOf } from './realPart.js';

/** A database of a real Redis: the one that REDIS_URL names, or one started for the tests. */
export interface RedisServer {
  url: string;
  /** Removes everything in this database. */
  empty(): Promise<unknown>;
  stop(): Promise<unknown>;
}

const clientOf = (url: string) => createClient({ url });

async function send(url: string, command: (client: ReturnType<typeof clientOf>) => Promise<unknown>): Promise<unknown> {
  const client = clientOf(url);
  // The rejected command reports the error.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await command(client);
  } finally {
    client.destroy();
  }
}

/** The key that marks a database as taken. */
const mark = 'taken by the tests of smart-audit-api';
const take = `return redis.call('DBSIZE') == 0 and redis.call('SET', '${mark}', '1')`;

/** Takes an empty database, of the 16 that Redis has by default: the others may hold someone's data. */
async function takeDatabase(server: string): Promise<RedisServer> {
  for (let number = 0; number < 16; number += 1) {
    const url = Object.assign(new URL(server), { pathname: `/${number}` }).href;
    if ((await send(url, (client) => client.eval(take))) === null) continue;
    return {
      url,
      empty: () => send(url, (client) => client.multi().flushDb().set(mark, '1').exec()),
      stop: () => send(url, (client) => client.flushDb()),
    };
  }
  throw new Error('REDIS_URL: no database there is empty, and the tests empty what they use. Name another Redis.');
}

/**
 * Undefined if there is no Redis, which is reported.
 * @throws Error if there is none and CI is set
 */
export async function startRedis(): Promise<RedisServer | undefined> {
  const { REDIS_URL } = process.env;
  if (REDIS_URL) return takeDatabase(REDIS_URL);
  if (versionOf('redis-server', '--version') === undefined) return undefined;
  const port = await freePort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.setEncoding('utf8');
  for await (const text of child.stdout as AsyncIterable<string>) if (text.includes('Ready to accept')) break;
  const url = `redis://127.0.0.1:${port}`;
  return {
    url,
    empty: () => send(url, (client) => client.flushDb()),
    async stop() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
}
