import type { Request, Response } from 'express';
import { expect } from 'chai';
import { RateLimits, type RateLimiter } from '../../src/api/rateLimiter.js';
import { addressKey } from '../../src/core/addressKey.js';
import { RateLimitedError } from '../../src/core/errors.js';
import { Metrics } from '../../src/core/metrics.js';
import { MemoryRequestCounter } from '../../src/core/requestCounter.js';

function limiterOf(name: string, limit: number, factor = 1): RateLimiter {
  const limits = new RateLimits(factor, new MemoryRequestCounter(), new Metrics());
  return limits.limiterOf(name, { 'x-rate-limit': { limit, window_seconds: 60 } })!;
}

/** Counts one request from this address: what it was refused with, and the headers of its answer. */
async function count(limiter: RateLimiter, ip: string) {
  const headers: Record<string, unknown> = {};
  const res = { setHeader: (name: string, value: unknown) => void (headers[name] = value) };
  const error = await limiter
    .count({ ip } as unknown as Request, res as unknown as Response)
    .then(() => undefined)
    .catch((thrown: unknown) => thrown);
  return { error, headers };
}

describe('who is counted for a limit', () => {
  const keys: [what: string, ip: string | undefined, key: string][] = [
    ['is an IPv4 address', '192.0.2.7', '192.0.2.7'],
    ['is the IPv4 address that an IPv6 one stands for', '::ffff:192.0.2.7', '192.0.2.7'],
    ['is the /64 network of an IPv6 address', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['is the /64 network, however it is written', '2001:0DB8:0001:0002::1', '2001:db8:1:2'],
    ['is the /64 network of a local address', 'fe80::1%eth0', 'fe80:0:0:0'],
    ['is the address alone where a proxy writes a port', '192.0.2.7:50000', '192.0.2.7'],
    ['is the address alone where a proxy writes brackets', '[2001:db8:1:2::1]', '2001:db8:1:2'],
    ['is the address alone where a proxy writes brackets, a zone and a port', '[fe80::1%eth0]:443', 'fe80:0:0:0'],
    ['is unknown without an address', undefined, 'unknown'],
    ['is unknown with something else than an address', 'nonsense', 'unknown'],
  ];
  for (const [what, ip, key] of keys) it(what, () => expect(addressKey(ip)).to.equal(key));

  it('is somebody else in the next /64 network', () => {
    expect(addressKey('2001:db8:1:3::1')).not.to.equal(addressKey('2001:db8:1:2::1'));
  });
});

describe('a limit', () => {
  it('lets so many pass, and tells the next how long to wait', async () => {
    const limiter = limiterOf('logIn', 2);
    const answers = [];
    for (let request = 0; request < 3; request += 1) answers.push(await count(limiter, '192.0.2.7'));
    expect(answers.map(({ error }) => error instanceof RateLimitedError)).to.deep.equal([false, false, true]);
    const { 'Retry-After': seconds } = (answers[2]!.error as RateLimitedError).headers;
    expect(Number(seconds)).to.be.within(1, 60);
    for (const [index, { headers }] of answers.entries()) {
      expect(headers).to.have.property('RateLimit-Policy', '"logIn";q=2;w=60');
      expect(headers['RateLimit']).to.match(new RegExp(`^"logIn";r=${Math.max(0, 1 - index)};t=\\d+$`));
    }
    const { now } = Date;
    Date.now = () => now() + 50_000;
    const { error, headers } = await count(limiter, '192.0.2.7').finally(() => (Date.now = now));
    expect(Number((error as RateLimitedError).headers['Retry-After']), '50 seconds later').to.be.within(5, 10);
    expect(headers['RateLimit']).to.match(/;t=([5-9]|10)$/);
  });

  it('counts one network as one, and another on its own', async () => {
    const limiter = limiterOf('logIn', 1);
    expect((await count(limiter, '2001:db8::1')).error).to.equal(undefined);
    expect((await count(limiter, '2001:db8::2')).error).to.be.an.instanceOf(RateLimitedError);
    expect((await count(limiter, '2001:db8:0:1::1')).error).to.equal(undefined);
  });

  it('grows and shrinks with the factor, to no less than one', async () => {
    const quota = async (factor: number) => {
      const { headers } = await count(limiterOf('x', 10, factor), '192.0.2.7');
      return headers['RateLimit-Policy'];
    };
    expect(await quota(2.5)).to.equal('"x";q=25;w=60');
    expect(await quota(0.01)).to.equal('"x";q=1;w=60');
  });
});
