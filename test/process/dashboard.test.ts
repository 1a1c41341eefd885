import { expect } from 'chai';
import supertest from 'supertest';
import { expressions, metricNames } from '../deploy/metricNames.js';
import { newAccount } from '../support/accounts.js';
import { startRedis, type RedisServer } from '../support/redisServer.js';
import { productionSettings, startServer, stopServers } from '../support/serverProcess.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { signInAt, signUpAt, whoAmI } from '../support/visitor.js';

describe('The dashboard and the alerts, on the metrics of a server', () => {
  let database: TestDatabase;
  let redis: RedisServer | undefined;
  before(async function () {
    redis = await startRedis();
    if (!redis) return this.skip();
    database = await createTestDatabase();
  });
  after(async () => {
    if (!redis) return;
    await stopServers();
    await removeTemporaryFolders();
    await database.drop();
    await redis.stop();
  });

  const askForWhatIsThere = async (workers: string): Promise<void> => {
    const shared = { WORKERS: workers, METRICS_PORT: '0', REDIS_URL: redis!.url };
    const settings = { ...productionSettings(database.url), ...shared };
    const server = await startServer({ folder: await temporaryFolder(), settings });
    // Metrics with labels are there when there is something to count.
    await whoAmI(server.url, await signInAt(server.url, await signUpAt(server.url)));
    const { email, password } = newAccount();
    await supertest(server.url).post('/auth/login').send({ email, password });

    const [, metricsUrl] = await server.wrote(/Metrics (http:\S+)\/metrics/);
    const { text } = await supertest(metricsUrl!).get('/metrics');
    const types = new Map(Array.from(text.matchAll(/^# TYPE (\S+) (\S+)$/gm), ([, name, type]) => [name!, type!]));
    const parts = Array.from(types, ([name, type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    );
    const wanted = new Set((await expressions()).flatMap(metricNames));
    expect(parts.flat()).to.include.members([...wanted]);
  };

  it('ask for metrics that there are', () => askForWhatIsThere('1'));
  it('ask for metrics that there are, with two workers', () => askForWhatIsThere('2'));
});
