import { Agent } from 'node:http';
import { sendRequest } from './sendRequest.mjs';

/**
 * So many requests in all, for what takes so long that few can be measured: each connection that has its answer sends one
 * of those that are left. Their rate is that of the time in between: when there have been as many answers as there are
 * connections, so that these no longer go in step, until nothing is left to be sent and fewer and fewer wait.
 * @param {{ connections: number, count: number, headersList: object[] }} options beside what `sendRequest` takes; more
 * requests than twice the connections
 * @returns {Promise<{ perSecond: number, answers: number, latencies: number[] }>} latencies in milliseconds
 * @throws when any answer has another status
 */
export async function countedLoad({ connections, count, headersList, ...request }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies = [];
  const answeredAt = [];
  let sent = 0;
  const chain = async () => {
    while (sent < count) {
      const headers = headersList[sent++ % headersList.length];
      const sentAt = performance.now();
      await sendRequest(agent, { ...request, headers });
      answeredAt.push(performance.now());
      latencies.push(answeredAt.at(-1) - sentAt);
    }
  };
  await Promise.all(Array.from({ length: connections }, chain)).finally(() => agent.destroy());
  const [from, to] = [connections, count - connections];
  const perSecond = ((to - from) / (answeredAt[to] - answeredAt[from])) * 1000;
  return { perSecond, answers: count, latencies };
}
