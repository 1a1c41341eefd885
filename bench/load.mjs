import { setTimeout as delay } from 'node:timers/promises';
import autocannon from 'autocannon';

const path = '/api/v1/users/me';
const connections = 64;
const signInConnections = 20;

/** GETs of the own record, as fast as 64 connections get answers. @returns {Promise<number>} answers a second */
export async function getsPerSecond(api, tokens, seconds) {
  const requestsOf = (client) =>
    tokens
      .filter((_token, index) => index % connections === client)
      .map((token) => ({ method: 'GET', path, headers: { authorization: `Bearer ${token}` } }));
  const { ok, duration } = await run({ url: api.url, connections, duration: seconds, sampleInt: 100 }, requestsOf);
  return ok / duration;
}

/**
 * Sign-ins as fast as 20 connections get answers, each with an account of its own.
 * @param {{ amount: number } | { duration: number }} extent how many, or for how many seconds
 * @returns {Promise<number>} sign-ins a second while all `threads` hash
 */
export async function signInsPerSecond(api, logins, extent, threads) {
  const headers = { 'content-type': 'application/json' };
  const requestsOf = (client) => [
    { method: 'POST', path: '/auth/login', headers, body: JSON.stringify(logins[client % logins.length]) },
  ];
  const options = { url: api.url, connections: signInConnections, timeout: 120, ...extent };
  const { times } = await run(options, requestsOf);
  return ((times.length - threads) / (times.at(-1) - times[threads - 1])) * 1000;
}

/** Runs autocannon; `times` are those of the answers, in milliseconds. @throws when an answer is not 2xx */
async function run(options, requestsOf) {
  const times = [];
  let clients = 0;
  const setupClient = (client) => client.setRequests(requestsOf(clients++));
  const result = await new Promise((resolve, reject) => {
    const instance = autocannon({ ...options, setupClient }, (error, value) =>
      error ? reject(error) : resolve(value),
    );
    instance.on('response', () => times.push(performance.now()));
  });
  const { non2xx, errors, timeouts, duration } = result;
  if (non2xx + errors + timeouts > 0)
    throw new Error(`${options.url}: ${non2xx} not 2xx, ${errors} errors, ${timeouts} timeouts`);
  return { ok: result['2xx'], duration, times };
}

/**
 * The 99th percentile, in milliseconds, of GETs at a constant rate (open loop). autocannon would send the requests of each
 * second in one burst.
 */
export async function pacedGetP99(api, tokens, { perSecond, seconds }) {
  const answers = [];
  const begin = performance.now();
  for (let sent = 0; sent < perSecond * seconds; sent += 1) {
    const wait = begin + (sent * 1000) / perSecond - performance.now();
    if (wait > 0) await delay(wait);
    answers.push(timedGet(api, tokens[sent % tokens.length]));
  }
  const latencies = (await Promise.all(answers)).sort((a, b) => a - b);
  if (latencies.includes(Infinity)) throw new Error(`${api.url}: not all GETs were answered with 200`);
  return latencies[Math.ceil(latencies.length * 0.99) - 1];
}

async function timedGet(api, token) {
  const begin = performance.now();
  const answer = await ask(api, token).catch(() => undefined);
  await answer?.arrayBuffer();
  return answer?.status === 200 ? performance.now() - begin : Infinity;
}

function ask(server, token) {
  return fetch(server.url + path, { headers: { authorization: `Bearer ${token}` } });
}

/** @throws unless all servers answer with the same, right record, and reject a forged token */
export async function assertSameAnswers(servers, token) {
  const { sub } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
  const texts = new Set();
  for (const server of servers) {
    const [good, bad] = await Promise.all([ask(server, token), ask(server, `${token.slice(0, -8)}AAAAAAAA`)]);
    const text = await good.text();
    if (good.status !== 200 || JSON.parse(text).id !== sub) throw new Error(`${server.url}: ${good.status} ${text}`);
    if (bad.status !== 401) throw new Error(`${server.url} answers ${bad.status} to a forged token`);
    texts.add(text);
  }
  if (texts.size > 1) throw new Error(`The answers differ: ${[...texts].join(' and ')}`);
}
