import { expect } from 'chai';
import { newAccount } from '../support/accounts.js';
import { describedOperation } from '../support/contract.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

describe('rate limits', () => {
  let app: TestApp;
  const start = async (settings: Record<string, string> = {}): Promise<TestApp> =>
    (app = await startTestApp({ RATE_LIMIT_FACTOR: '1', ...settings }));
  afterEach(() => app.close());

  const logIn = (
    headers: Record<string, string> = {},
  ): Promise<{ status: number; headers: Record<string, string> }> => {
    const { email, password } = newAccount();
    return app.call('logIn', { body: { email, password }, headers });
  };

  it('are those that the description declares', async () => {
    await start();
    for (const operationId of ['logIn', 'signUp']) {
      const { limit, window_seconds: seconds } = describedOperation(operationId).operation['x-rate-limit']!;
      const response = await app.call(operationId, { body: {} });
      expect(response.headers).to.have.property('ratelimit-policy', `"${operationId}";q=${limit};w=${seconds}`);
      expect(response.headers).to.have.property('ratelimit', `"${operationId}";r=${limit - 1};t=${seconds}`);
    }
  });

  it('are tighter on sign-in than elsewhere, and refuse exactly what is over', async () => {
    await start();
    const { limit } = describedOperation('logIn').operation['x-rate-limit']!;
    for (let n = 0; n < limit; n += 1) expect((await logIn()).status).to.equal(401);
    const refused = await logIn();
    expect(refused.status).to.equal(429);
    expect(Number(refused.headers['retry-after'])).to.be.within(1, 60);
    expect((await app.call('getServiceIndex')).status).to.equal(200);
  });

  it('cannot be raced: of 60 sign-ins at once no more than the limit pass', async () => {
    await start();
    const { limit } = describedOperation('logIn').operation['x-rate-limit']!;
    const responses = await Promise.all(Array.from({ length: 60 }, () => logIn()));
    expect(responses.filter(({ status }) => status === 401)).to.have.length(limit);
  });

  it('count every request, also to paths that do not exist', async () => {
    await start({ RATE_LIMIT_FACTOR: '0.01' });
    const statuses = [];
    for (let n = 0; n < 8; n += 1) statuses.push((await app.request('get', `/nothing/${n}`)).status);
    expect(statuses).to.deep.equal([404, 404, 404, 404, 404, 404, 429, 429]);
  });

  it('count the preflights of pages, and let the page read that it is over the limit', async () => {
    await start({ RATE_LIMIT_FACTOR: '0.01' });
    const page = { Origin: 'http://localhost:3000', 'Access-Control-Request-Method': 'POST' };
    const statuses = [];
    for (let n = 0; n < 8; n += 1) statuses.push((await app.request('options', '/auth/login').set(page)).status);
    expect(statuses).to.deep.equal([204, 204, 204, 204, 204, 204, 429, 429]);
    const refused = await logIn({ Origin: page.Origin });
    expect(refused.status).to.equal(429);
    expect(refused.headers).to.have.property('access-control-allow-origin', page.Origin);
  });

  it('do not believe X-Forwarded-For from anybody', async () => {
    await start({ RATE_LIMIT_FACTOR: '0.05' });
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await logIn({ 'X-Forwarded-For': `198.51.100.${n}` })).status);
    expect(statuses).to.deep.equal([401, 429, 429]);
  });

  it('count the clients behind a trusted proxy one by one, and a /64 network as one', async () => {
    await start({ RATE_LIMIT_FACTOR: '0.05', TRUST_PROXY: 'loopback' });
    const status = async (address: string): Promise<number> => (await logIn({ 'X-Forwarded-For': address })).status;
    expect(await status('198.51.100.1')).to.equal(401);
    expect(await status('198.51.100.1')).to.equal(429);
    expect(await status('198.51.100.2')).to.equal(401);
    expect(await status('198.51.100.3, 198.51.100.2')).to.equal(429);
    expect(await status('2001:db8:0:1::1')).to.equal(401);
    expect(await status('2001:db8:0:1:ffff::2')).to.equal(429);
    expect(await status('2001:db8:0:2::1')).to.equal(401);
  });

  it('can be switched off', async () => {
    await start({ RATE_LIMIT_FACTOR: '0' });
    const response = await app.call('getServiceIndex');
    expect(response.headers).not.to.have.any.keys('ratelimit', 'ratelimit-policy');
  });
});
