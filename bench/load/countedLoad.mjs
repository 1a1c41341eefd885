import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { sendRequest } from './sendRequest.mjs';

/**
 * How long after the one before each connection is opened, in milliseconds, as those of different people are: of many that
 * are opened at once one of several workers takes nearly all.
 */
const apart = 20;

/**
 * So many requests in all, for what takes so long that few can be measured: each connection that has its answer sends one
 * of those that are left. Their rate is that of the whole, from the first request to the last answer: whatever was begun
 * is counted, and so is the time it took, be the answers spread evenly or come in bursts.
 * @param {{ connections: number, count: number, headersList: object[] }} options beside what `sendRequest` takes
 * @returns {Promise<{ perSecond: number, answers: number, latencies: number[] }>} latencies in milliseconds
 * @throws when any answer has another status
 */
export async function countedLoad({ connections, count, headersList, ...request }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies = [];
  let sent = 0;
  const chain = async (_, index) => {
    await delay(index * apart);
    while (sent < count) {
      const headers = headersList[sent++ % headersList.length];
      const sentAt = performance.now();
      await sendRequest(agent, { ...request, headers });
      latencies.push(performance.now() - sentAt);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: connections }, chain)).finally(() => agent.destroy());
  const perSecond = (count / (performance.now() - start)) * 1000;
  return { perSecond, answers: count, latencies };
}
