import { Agent } from 'node:http';
import { sendRequest } from './sendRequest.mjs';

/**
 * So many requests in all, for what takes so long that few can be measured: each connection that has its answer sends one
 * of those that are left.
 * @param {{ connections: number, count: number, headersList: object[] }} options beside what `sendRequest` takes
 * @returns {Promise<{ perSecond: number, answers: number, latencies: number[] }>} latencies in milliseconds
 * @throws when any answer has another status
 */
export async function countedLoad({ connections, count, headersList, ...request }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies = [];
  const start = performance.now();
  let sent = 0;
  const chain = async () => {
    while (sent < count) {
      const headers = headersList[sent++ % headersList.length];
      const sentAt = performance.now();
      await sendRequest(agent, { ...request, headers });
      latencies.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: connections }, chain)).finally(() => agent.destroy());
  return { perSecond: (count / (performance.now() - start)) * 1000, answers: count, latencies };
}
