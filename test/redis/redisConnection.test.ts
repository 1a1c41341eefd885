import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { expect } from 'chai';
import { createLogger } from '../../src/observability/logger.js';
import { RedisConnection } from '../../src/redis/redisConnection.js';
import { startRedis, type RedisServer } from '../support/redisServer.js';

describe('RedisConnection', () => {
  let redis: RedisServer | undefined;
  before(async function () {
    redis = await startRedis();
    if (!redis) return this.skip();
  });
  after(() => redis?.stop());

  const logger = createLogger({ env: 'test', logLevel: 'critical' });

  it('connects to an IPv6 address', async function () {
    const { hostname, port } = new URL(redis!.url);
    const proxy = createServer((near) => near.pipe(connect(Number(port || 6379), hostname)).pipe(near));
    proxy.listen(0, '::1');
    const hasIpv6 = await once(proxy, 'listening').then(
      () => true,
      () => false,
    );
    if (!hasIpv6) return this.skip();
    const { port: nearPort } = proxy.address() as AddressInfo;
    const { href } = Object.assign(new URL(redis!.url), { hostname: '[::1]', port: String(nearPort) });
    const connection = new RedisConnection(href, logger);
    await connection.open();
    expect(connection.isUp).to.equal(true);
    await connection.close();
    proxy.close();
  });

  it('uses the database of the URL', async () => {
    const url = Object.assign(new URL(redis!.url), { pathname: '/7' }).href;
    const connection = new RedisConnection(url, logger);
    await connection.open();
    const info = await connection.ask('CLIENT', (client) => client.clientInfo());
    expect(info.db).to.equal(7);
    await connection.close();
  });
});
