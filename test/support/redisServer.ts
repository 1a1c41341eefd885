import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createClient } from '@redis/client';

/** A real Redis: the one that REDIS_URL names, which is emptied, or one that was started for the tests. */
export interface RedisServer {
  url: string;
  /** Removes all that is in it. */
  empty(): Promise<void>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function empty(url: string): Promise<void> {
  const client = createClient({ url });
  await client.connect();
  await client.flushAll();
  client.destroy();
}

/** Undefined where there is none: the run then says so in one line, and fails where CI is set. */
export async function startRedis(): Promise<RedisServer | undefined> {
  const { REDIS_URL: url, CI } = process.env;
  if (url) return { url, empty: () => empty(url), stop: async () => undefined };
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
    empty: () => empty(own),
    async stop() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
}
