import { randomUUID } from 'node:crypto';
import autocannon from 'autocannon';

/** How often autocannon looks whether its time is over, in milliseconds. */
const sampleInt = 100;

/** On a machine that is busy with other things, the first answer may take long; not longer than this, in seconds. */
const longest = 30;

/**
 * As many requests as the target answers: each connection sends the next one when it has the answer to the last.
 * @param {object} options
 * @param {string} options.url
 * @param {string} [options.method]
 * @param {object[]} options.headersList who asks: dealt out among the connections, each of which takes its own in turns
 * @param {string} [options.body] every `*` in it is another text in each request
 * @param {number} [options.status] what every answer must have
 * @param {number} options.connections
 * @param {number} options.seconds for how long, and longer where nothing was answered
 * @param {boolean} [options.mayBeSilent] whether it is well when there is no answer in time
 * @returns {Promise<{ perSecond: number, answers: number, latencies: number[] }>} until the last answer; latencies in
 * milliseconds
 * @throws when any answer has another status
 */
export async function fullLoad(options) {
  const result = await loadOnce(options);
  if (result.answers > 0 || options.mayBeSilent) return result;
  if (options.seconds > longest) throw new Error(`${options.url}: there was no answer in ${options.seconds} s`);
  return fullLoad({ ...options, seconds: 2 * options.seconds });
}

async function loadOnce(options) {
  const { url, connections, seconds, status = 200 } = options;
  const latencies = [];
  const start = performance.now();
  let last = start;
  let clients = 0;
  const setupClient = (client) => client.setRequests(requestsOf(clients++, options));
  const result = await new Promise((resolve, reject) => {
    const settings = { url, connections, setupClient, duration: seconds, timeout: 300, sampleInt };
    const run = autocannon(settings, (error, value) => (error ? reject(error) : resolve(value)));
    run.on('response', (_client, _status, _bytes, milliseconds) => {
      latencies.push(milliseconds);
      last = performance.now();
    });
  });
  assertAllAnswered(url, status, result);
  return { perSecond: (latencies.length / (last - start)) * 1000, answers: latencies.length, latencies };
}

/** What the how many'th connection sends. */
function requestsOf(client, { url, method = 'GET', headersList, body, connections }) {
  const path = new URL(url).pathname;
  const setup = body?.includes('*') && {
    setupRequest: (request) => ({ ...request, body: body.replaceAll('*', randomUUID()) }),
  };
  const own = headersList.filter((_headers, index) => index % connections === client);
  const used = own.length > 0 ? own : [headersList[client % headersList.length]];
  return used.map((headers) => ({ method, path, headers, body, ...setup }));
}

function assertAllAnswered(url, status, { statusCodeStats, errors, timeouts }) {
  const statuses = Object.keys(statusCodeStats);
  if (errors === 0 && statuses.every((code) => code === String(status))) return;
  const counts = statuses.map((code) => `${statusCodeStats[code].count} x ${code}`).join(', ');
  throw new Error(
    `${url}: only ${status} is good here, but there were ${counts}; ${errors} errors, ${timeouts} time-outs`,
  );
}
