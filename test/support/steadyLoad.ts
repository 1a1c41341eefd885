import { Agent, request } from 'node:http';
import { until } from './until.js';

/** A load that goes on until it is stopped. */
export interface SteadyLoad {
  /** Resolves when this many more requests have succeeded. */
  succeeded(more: number): Promise<unknown>;
  /** Stops, and returns the statuses that were not 200 and the codes of errors. */
  stop(): Promise<string[]>;
}

/** How long a request may take, in milliseconds. */
const timeoutMs = 10_000;

/** Sends a GET and resolves with its status, or rejects. */
function get(url: string, agent: Agent, token: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, headers: { Authorization: `Bearer ${token}` } }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0)).once('error', reject);
    });
    const timedOut = Object.assign(new Error('No answer in time.'), { code: 'ETIMEDOUT' });
    sent.setTimeout(timeoutMs, () => sent.destroy(timedOut));
    sent.once('error', reject).end();
  });
}

/** Sends GETs over this many connections, which are kept alive, each as fast as it is answered. */
export function startLoad(url: string, token: string, connections: number): SteadyLoad {
  let successes = 0;
  const failures: string[] = [];
  let isStopped = false;
  const run = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (!isStopped) {
      const outcome = await get(url, agent, token).catch((error: unknown) => (error as { code: string }).code);
      if (outcome === 200) successes += 1;
      else failures.push(String(outcome));
    }
    agent.destroy();
  };
  const runs = Array.from({ length: connections }, run);
  return {
    async succeeded(more) {
      const enough = successes + more;
      await until(async () => successes >= enough);
    },
    async stop() {
      isStopped = true;
      await Promise.all(runs);
      return failures;
    },
  };
}
