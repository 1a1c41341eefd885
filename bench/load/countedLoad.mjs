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
 * of those that are left. Their rate is that of the time when all connections wait: from the answer that makes one for each
 * connection, until the last request is sent. Before it they come one by one, and after it they go, and who takes two at a
 * time has but one.
 * @param {{ connections: number, count: number, headersList: object[] }} options beside what `sendRequest` takes; the rate
 * means something where there are at least three times as many requests as connections
 * @returns {Promise<{ perSecond: number, answers: number, latencies: number[] }>} latencies in milliseconds
 * @throws when any answer has another status
 */
export async function countedLoad({ connections, count, headersList, ...request }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies = [];
  let sent = 0;
  let [fullFrom, fullUntil] = [0, 0];
  const chain = async (_, index) => {
    await delay(index * apart);
    while (sent < count) {
      const headers = headersList[sent++ % headersList.length];
      const sentAt = performance.now();
      if (sent === count) fullUntil = sentAt;
      await sendRequest(agent, { ...request, headers });
      const answeredAt = performance.now();
      latencies.push(answeredAt - sentAt);
      if (latencies.length === connections) fullFrom = answeredAt;
    }
  };
  await Promise.all(Array.from({ length: connections }, chain)).finally(() => agent.destroy());
  const perSecond = ((count - 2 * connections) / (fullUntil - fullFrom)) * 1000;
  return { perSecond, answers: count, latencies };
}
