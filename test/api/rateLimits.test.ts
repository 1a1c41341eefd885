import { expect } from 'chai';
import type { Response } from 'supertest';
import { addressKey } from '../../src/domain/addressKey.js';
import { logIn, newAccount } from '../support/accounts.js';
import { describedOperation } from '../support/contract.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

describe('addressKey', () => {
  const keys: [ip: string | undefined, key: string][] = [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2'],
    ['2001:db8:1:3::1', '2001:db8:1:3'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    // Formats of some proxies.
    ['192.0.2.7:50000', '192.0.2.7'],
    ['[2001:db8:1:2::1]', '2001:db8:1:2'],
    ['[fe80::1%eth0]:443', 'fe80:0:0:0'],
    [undefined, 'unknown'],
    ['nonsense', 'unknown'],
  ];
  for (const [ip, key] of keys) it(`is ${key} for ${ip}`, () => expect(addressKey(ip)).to.equal(key));
});

describe('rate limits', () => {
  let app: TestApp;
  const start = async (factor: string, settings: Record<string, string> = {}): Promise<TestApp> =>
    (app = await startTestApp({ RATE_LIMIT_FACTOR: factor, ...settings }));
  afterEach(() => app.close());

  const { limit, window_seconds: seconds } = describedOperation('logIn').operation['x-rate-limit']!;
  const attempt = (headers: Record<string, string> = {}): Promise<Response> => logIn(app, newAccount(), { headers });
  const attemptFrom = async (address: string): Promise<number> =>
    (await attempt({ 'X-Forwarded-For': address })).status;

  it('allows exactly the documented number of requests and then says how long to wait', async () => {
    await start('1');
    for (let count = 1; count <= limit + 1; count += 1) {
      const { status, headers } = await attempt();
      expect(status).to.equal(count <= limit ? 401 : 429);
      expect(headers).to.have.property('ratelimit-policy', `"logIn";q=${limit};w=${seconds}`);
      expect(headers['ratelimit']).to.match(new RegExp(`^"logIn";r=${Math.max(0, limit - count)};t=\\d+$`));
    }
    const { now } = Date;
    Date.now = () => now() + (seconds - 10) * 1000;
    const { headers } = await attempt().finally(() => (Date.now = now));
    expect(Number(headers['retry-after']), 'ten seconds before the window ends').to.be.within(1, 10);
    expect(headers['ratelimit']).to.equal(`"logIn";r=0;t=${headers['retry-after']}`);
    expect((await app.call('signUp', { body: {} })).headers['ratelimit']).to.match(/^"signUp";r=/);
    expect((await app.call('getServiceIndex')).status).to.equal(200);
  });

  it('counts concurrent requests exactly', async () => {
    await start('1');
    const responses = await Promise.all(Array.from({ length: 60 }, () => attempt()));
    expect(responses.filter(({ status }) => status === 401)).to.have.length(limit);
  });

  it('counts unknown paths and preflights too, and lets a page read the 429', async () => {
    await start('0.01');
    const page = { Origin: 'http://localhost:3000', 'Access-Control-Request-Method': 'POST' };
    const statuses = [];
    for (let n = 0; n < 4; n += 1) {
      statuses.push((await app.request('get', `/nothing/${n}`)).status);
      statuses.push((await app.request('options', '/auth/login').set(page)).status);
    }
    expect(statuses).to.deep.equal([404, 204, 404, 204, 404, 204, 429, 429]);
    const refused = await attempt({ Origin: page.Origin });
    expect(refused.status).to.equal(429);
    expect(refused.headers).to.have.property('access-control-allow-origin', page.Origin);
  });

  it('ignores X-Forwarded-For from untrusted clients, and warns of it once', async () => {
    await start('0.05', { TRUST_PROXY: '10.0.0.0/8' });
    const warnings = (): unknown[] => app.logLines().filter(({ msg }) => String(msg).includes('TRUST_PROXY'));
    await attemptFrom('198.51.100.1');
    expect(warnings(), 'from another address than the trusted').to.have.length(1);
    await app.close();
    await start('0.05');
    expect((await attempt()).status).to.equal(401);
    expect(warnings(), 'without X-Forwarded-For').to.deep.equal([]);
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push(await attemptFrom(`198.51.100.${n}`));
    expect(statuses).to.deep.equal([429, 429, 429]);
    const [warning, ...more] = warnings();
    expect(warning).to.include({ level: 'warning', ip: '127.0.0.1' });
    expect(more).to.deep.equal([]);
  });

  it('does not limit the health checks, and does not count them', async () => {
    await start('0.01');
    for (let n = 0; n < 20; n += 1) {
      for (const id of ['getLiveness', 'getReadiness']) {
        const { status, headers } = await app.call(id);
        expect(status, id).to.equal(200);
        expect(headers, id).not.to.have.any.keys('ratelimit', 'ratelimit-policy');
      }
    }
    const statuses = [];
    for (let n = 0; n < 7; n += 1) statuses.push((await app.call('getServiceIndex')).status);
    expect(statuses).to.deep.equal([...Array<number>(6).fill(200), 429]);
    expect((await app.call('getLiveness')).status, 'over the limit').to.equal(200);
    expect((await app.call('getReadiness')).status, 'over the limit').to.equal(200);
  });

  it('counts clients behind a trusted proxy separately, and a /64 network as one client', async () => {
    await start('0.05', { TRUST_PROXY: 'loopback' });
    const clients: [address: string, status: number][] = [
      ['198.51.100.1', 401],
      ['198.51.100.1', 429],
      ['198.51.100.2', 401],
      ['198.51.100.3, 198.51.100.2', 429],
      ['2001:db8:0:1::1', 401],
      ['2001:db8:0:1:ffff::2', 429],
      ['2001:db8:0:2::1', 401],
    ];
    for (const [address, status] of clients) expect(await attemptFrom(address), address).to.equal(status);
    expect(app.logText()).not.to.contain('TRUST_PROXY');
  });

  const factors: [factor: string, policy: string | undefined][] = [
    ['2.5', `"logIn";q=${2.5 * limit};w=${seconds}`],
    ['0.001', `"logIn";q=1;w=${seconds}`],
    ['0', undefined],
  ];
  for (const [factor, policy] of factors) {
    it(`uses the policy ${policy ?? 'off'} with a factor of ${factor}`, async () => {
      await start(factor);
      expect((await attempt()).headers['ratelimit-policy']).to.equal(policy);
    });
  }
});
