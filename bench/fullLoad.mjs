import autocannon from 'autocannon';

/** How often autocannon looks whether its time is over, in milliseconds. */
const sampleInt = 100;

/**
 * As many requests as the target answers: each connection sends the next one when it has the answer to the last.
 * @param {{ url: string, method?: string, headers: object, body?: string, connections: number, seconds: number }} options
 * @returns {Promise<{ perSecond: number, answers: number, latencies: number[] }>} until the last answer; latencies in
 * milliseconds
 * @throws when any answer is not 200
 */
export async function fullLoad({ url, method = 'GET', headers, body, connections, seconds }) {
  const latencies = [];
  const start = performance.now();
  let last = start;
  const result = await new Promise((resolve, reject) => {
    const request = { url, method, headers, body, connections, duration: seconds, timeout: 60, sampleInt };
    const run = autocannon(request, (error, value) => (error ? reject(error) : resolve(value)));
    run.on('response', (_client, _status, _bytes, milliseconds) => {
      latencies.push(milliseconds);
      last = performance.now();
    });
  });
  assertAllAnswered(url, result, latencies.length);
  return { perSecond: (latencies.length / (last - start)) * 1000, answers: latencies.length, latencies };
}

function assertAllAnswered(url, { statusCodeStats, errors, timeouts }, answers) {
  const statuses = Object.keys(statusCodeStats);
  if (answers > 0 && errors === 0 && statuses.every((status) => status === '200')) return;
  const counts = statuses.map((status) => `${statusCodeStats[status].count} x ${status}`).join(', ') || 'no answer';
  throw new Error(`${url}: only 200 is good here, but there were ${counts}; ${errors} errors, ${timeouts} time-outs`);
}
