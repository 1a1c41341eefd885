import { setTimeout as delay } from 'node:timers/promises';
import type { FaultProxy } from '../support/faultProxy.js';
import { FaultStage, type Fault } from '../support/faultStage.js';
import { startRedis, type RedisServer } from '../support/redisServer.js';
import { stopServers } from '../support/serverProcess.js';
import { removeTemporaryFolders } from '../support/temporaryFolder.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';

describe('Under load, when Redis', () => {
  let database: TestDatabase;
  let redis: RedisServer | undefined;
  /** Undefined where it could not be opened. */
  let stage: FaultStage | undefined;
  let proxy: FaultProxy;
  before(async function () {
    redis = await startRedis();
    if (!redis) return this.skip();
    database = await createTestDatabase();
    stage = await FaultStage.open(database.ownerUrl, redis.url);
    proxy = stage.redis!;
  });
  after(async () => {
    if (!redis) return;
    await stage?.close();
    await stopServers();
    await removeTemporaryFolders();
    await database.drop();
    await redis.stop();
  });

  /** Requests know nothing of it; who asks for the server's health does. */
  async function play(fault: Fault): Promise<void> {
    await stage!.play({ isHidden: true, isDegrading: true, ...fault });
  }

  it('has its connections reset again and again, requests go on', async () => {
    await play({
      name: 'Redis: connections reset 40 times in 1 s',
      begin: async () => {
        for (let times = 0; times < 40; times += 1) {
          proxy.reset();
          await delay(25);
        }
      },
    });
  });

  it('is swallowed by the network for a while, requests go on', async () => {
    await play({
      name: 'Redis: black hole, 1 s',
      begin: () => proxy.blackHole(),
      end: () => proxy.pass(),
      lastsMs: 1000,
    });
  });

  it('is down for a while, requests go on', async () => {
    await play({
      name: 'Redis: down, 10 s',
      begin: () => proxy.refuse(),
      end: () => proxy.accepts(),
      lastsMs: 10_000,
    });
  });

  it('is stopped and another one, which knows nothing, comes in its place, requests go on', async () => {
    await play({
      name: 'Redis: stopped for 0.5 s, and empty',
      begin: async () => {
        await redis!.stop();
        // One that is not ours to stop goes on.
        await proxy.refuse();
      },
      end: async () => {
        redis = (await startRedis())!;
        await redis.empty();
        proxy.redirect(redis.url);
        await proxy.accepts();
      },
      lastsMs: 500,
    });
  });
});
