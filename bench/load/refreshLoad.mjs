import { Agent } from 'node:http';
import { sendRequest } from './sendRequest.mjs';

/**
 * Refreshes as fast as they are answered: each chain sends its next refresh token when it has got it.
 * @param {{ url: string, tokens: string[], seconds: number }} options one chain for each token
 * @returns {Promise<{ perSecond: number, answers: number, latencies: number[], tokens: string[] }>} latencies in
 * milliseconds; the tokens that go on from here
 * @throws when any answer is not 200
 */
export async function refreshLoad({ url, tokens, seconds }) {
  const agent = new Agent({ keepAlive: true, maxSockets: tokens.length });
  const start = performance.now();
  const end = start + seconds * 1000;
  const latencies = [];
  const chain = async (first) => {
    let token = first;
    while (performance.now() < end) {
      const sent = performance.now();
      token = await refresh(agent, url, token);
      latencies.push(performance.now() - sent);
    }
    return token;
  };
  const next = await Promise.all(tokens.map(chain));
  const elapsed = performance.now() - start;
  agent.destroy();
  return { perSecond: (latencies.length / elapsed) * 1000, answers: latencies.length, latencies, tokens: next };
}

async function refresh(agent, url, token) {
  const body = JSON.stringify({ refresh_token: token });
  const headers = { 'content-type': 'application/json' };
  return JSON.parse(await sendRequest(agent, { url, method: 'POST', headers, body })).refresh_token;
}
