import { Agent, request } from 'node:http';

/** What came of a load. */
interface LoadResult {
  succeeded: number;
  /** The codes of errors, and the statuses that were not 200. */
  failures: string[];
}

/** A load that goes on until it is stopped. */
export interface SteadyLoad {
  /** Resolves when so many more requests have succeeded. */
  succeeded(more: number): Promise<void>;
  stop(): Promise<LoadResult>;
}

/** How long a request may take, in milliseconds. */
const timeoutMs = 10_000;

/** One GET; resolves with its status, or rejects. */
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

/** GETs over so many connections that are kept alive, each with one request at a time, as fast as they are answered. */
export function startLoad(url: string, token: string, connections: number): SteadyLoad {
  const result: LoadResult = { succeeded: 0, failures: [] };
  const waiting = new Set<() => void>();
  let isStopped = false;

  const run = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (!isStopped) {
      try {
        const status = await get(url, agent, token);
        if (status === 200) result.succeeded += 1;
        else result.failures.push(String(status));
      } catch (error) {
        result.failures.push((error as NodeJS.ErrnoException).code ?? String(error));
      }
      for (const look of waiting) look();
    }
    agent.destroy();
  };
  const runs = Array.from({ length: connections }, run);
  return {
    succeeded: (more) =>
      new Promise((resolve) => {
        const enough = result.succeeded + more;
        const look = (): void => {
          if (result.succeeded < enough) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
      }),
    async stop() {
      isStopped = true;
      await Promise.all(runs);
      return result;
    },
  };
}
