import http from 'node:http';

/**
 * Refreshes as fast as they are answered: each chain sends its next refresh token when it has got it.
 * @param {{ url: string, tokens: string[], seconds: number }} options one chain for each token
 * @returns {Promise<{ perSecond: number, tokens: string[] }>} the tokens that go on from here
 * @throws when any answer is not 200
 */
export async function refreshLoad({ url, tokens, seconds }) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: tokens.length });
  const start = performance.now();
  const end = start + seconds * 1000;
  let answers = 0;
  const chain = async (first) => {
    let token = first;
    while (performance.now() < end) {
      token = await refresh(agent, url, token);
      answers += 1;
    }
    return token;
  };
  const next = await Promise.all(tokens.map(chain));
  const elapsed = performance.now() - start;
  agent.destroy();
  return { perSecond: (answers / elapsed) * 1000, tokens: next };
}

function refresh(agent, url, token) {
  const body = JSON.stringify({ refresh_token: token });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => (text += part));
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(text).refresh_token);
        else reject(new Error(`POST ${url}: ${response.statusCode} ${text}`));
      });
    });
    request.on('error', reject).end(body);
  });
}
