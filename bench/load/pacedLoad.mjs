import { Agent, get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * So many GETs a second, evenly, whether the last ones have been answered or not: a slow answer does not make the load
 * wait, and one that has to wait for a free connection has waited.
 * @param {{ url: string, headersList: object[], connections: number, perSecond: number, seconds: number }} options
 * @returns {Promise<{ latencies: number[] }>} in milliseconds
 * @throws when any answer is not 200
 */
export async function pacedLoad({ url, headersList, connections, perSecond, seconds }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  await timedGet(url, { agent, headers: headersList[0] });
  const answers = [];
  const start = performance.now();
  for (let sent = 0; sent < perSecond * seconds; sent += 1) {
    const wait = start + (sent * 1000) / perSecond - performance.now();
    if (wait > 0) await delay(wait);
    const answer = timedGet(url, { agent, headers: headersList[sent % headersList.length] });
    answer.catch(() => undefined); // It is told below.
    answers.push(answer);
  }
  const latencies = await Promise.all(answers);
  agent.destroy();
  return { latencies };
}

/** @returns {Promise<number>} how long the whole answer took, in milliseconds */
function timedGet(url, options) {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const request = get(url, options, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${url}: ${answer.statusCode}; only 200 is good here`));
      answer.on('error', reject);
      answer.on('end', () => resolve(performance.now() - start));
      answer.resume();
    });
    request.on('error', reject);
  });
}
