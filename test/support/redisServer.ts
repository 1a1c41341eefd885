import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createClient } from '@redis/client';
import { freePort } from './freePort.js';

/** A database of a real Redis: of the one that REDIS_URL names, or of one that was started for the tests. */
export interface RedisServer {
  url: string;
  /** Removes all that is in it, and nothing of other databases. */
  empty(): Promise<unknown>;
  stop(): Promise<unknown>;
}

function clientOf(url: string) {
  return createClient({ url });
}

async function send(url: string, command: (client: ReturnType<typeof clientOf>) => Promise<unknown>): Promise<unknown> {
  const client = clientOf(url);
  // What is thrown says it too.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await command(client);
  } finally {
    client.destroy();
  }
}

/** Says that an empty database is taken, as long as there is something in it. */
const mark = 'taken by the tests of smart-audit-api';
const take = `return redis.call('DBSIZE') == 0 and redis.call('SET', '${mark}', '1')`;

/**
 * A database that nothing is in, of a Redis that may be somebody's: of the numbers 0 to 15, as it has them unless it is
 * told otherwise.
 */
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

/** Undefined where there is none: the run then says so in one line, and fails where CI is set. */
export async function startRedis(): Promise<RedisServer | undefined> {
  const { REDIS_URL: url, CI } = process.env;
  if (url) return takeDatabase(url);
  if (spawnSync('redis-server', ['--version']).status !== 0) {
    const message = 'There is no redis-server here (install it, or set REDIS_URL): what instances share is not tested.';
    if (CI) throw new Error(message);
    console.warn(message);
    return undefined;
  }
  const port = await freePort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.setEncoding('utf8');
  for await (const text of child.stdout as AsyncIterable<string>) if (text.includes('Ready to accept')) break;
  const own = `redis://127.0.0.1:${port}`;
  return {
    url: own,
    empty: () => send(own, (client) => client.flushDb()),
    async stop() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
}
