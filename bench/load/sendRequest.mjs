import { randomUUID } from 'node:crypto';
import { request } from 'node:http';

/**
 * One request over an agent.
 * @param {import('node:http').Agent} agent
 * @param {{ url: string, method?: string, headers: object, body?: string, status?: number }} options every `*` in the
 * body is another text in each request
 * @returns {Promise<string>} the body of the answer
 * @throws when the answer has another status
 */
export function sendRequest(agent, { url, method = 'GET', headers, body, status = 200 }) {
  const text = body?.replaceAll('*', randomUUID());
  const length = text === undefined ? {} : { 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const options = { method, agent, headers: { ...headers, ...length }, timeout: 60_000 };
    const sending = request(url, options, (response) => {
      let received = '';
      response.setEncoding('utf8').on('data', (part) => (received += part));
      response.on('error', reject).on('end', () => {
        if (response.statusCode === status) resolve(received);
        else reject(new Error(`${method} ${url}: ${response.statusCode} ${received}`));
      });
    });
    sending.on('timeout', () => sending.destroy(new Error('no answer in a minute')));
    sending.on('error', reject).end(text);
  });
}
