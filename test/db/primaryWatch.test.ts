import { once } from 'node:events';
import { connect as netConnect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { parseConfig } from '../../src/config/config.js';
import { connect } from '../../src/db/connection.js';
import { Primary } from '../../src/db/primary.js';
import { PrimaryWatch } from '../../src/db/primaryWatch.js';
import { createLogger } from '../../src/observability/logger.js';
import { administer, createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { until } from '../support/until.js';

const watchers = `SELECT pid FROM pg_stat_activity WHERE application_name = 'smart-audit-api watch'`;

describe('The watch of the primary', () => {
  let database: TestDatabase;
  let watch: PrimaryWatch | undefined;
  before(async () => (database = await createTestDatabase()));
  afterEach(() => watch?.stop());
  after(() => database.drop());

  function start(url: string): Primary {
    const primary = new Primary(url);
    watch = PrimaryWatch.start(primary, createLogger({ env: 'test', logLevel: 'critical' }));
    return primary;
  }

  it('leaves the primary at once when its connection ends, and finds it again', async () => {
    const sequelize = connect(new Primary(database.url), parseConfig({}).database);
    const primary = start(database.url);
    const backends = async (): Promise<unknown[]> => (await sequelize.query(watchers))[0];
    const [first] = await until(async () => {
      const rows = await backends();
      return rows.length > 0 ? rows : undefined;
    });
    expect(primary.generation).to.equal(0);
    const { pid } = first as { pid: number };
    const begin = performance.now();
    await administer(`SELECT pg_terminate_backend(${pid})`, database.url);
    await until(async () => primary.generation === 1);
    expect(performance.now() - begin).to.be.below(900);
    await until(async () => (await backends()).some((row) => (row as { pid: number }).pid !== pid));
    expect(primary.generation).to.equal(1);
    await sequelize.close();
  });

  it('leaves a read-only server once, and looks for another four times a second', async () => {
    const primary = new Primary(`${database.url}?options=-c%20default_transaction_read_only%3Don`);
    let searches = 0;
    const locate = primary.locate.bind(primary);
    primary.locate = () => {
      searches += 1;
      return locate();
    };
    watch = PrimaryWatch.start(primary, createLogger({ env: 'test', logLevel: 'critical' }));
    await delay(1100);
    expect(primary.generation).to.equal(1);
    expect(searches).to.be.within(2, 6);
  });

  it('leaves no connection open to a server that wants a password it does not have', async () => {
    const { hostname, port, username, pathname } = new URL(database.url);
    let [opened, closed] = [0, 0];
    const proxy = createServer((client) => {
      opened += 1;
      const server = netConnect(Number(port), hostname);
      client.on('error', () => undefined).on('close', () => (closed += 1));
      client.pipe(server.on('error', () => undefined)).pipe(client);
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    start(`postgresql://${username}@127.0.0.1:${(proxy.address() as AddressInfo).port}${pathname}`);
    await until(async () => opened >= 3);
    expect(opened - closed).to.be.below(2);
    await watch?.stop();
    proxy.close();
  });

  it('stops at once', async () => {
    start(database.url);
    await delay(100);
    const begin = performance.now();
    await watch?.stop();
    expect(performance.now() - begin).to.be.below(500);
  });
});
