import { EmbeddedPostgres } from '../../src/db/embedded/embeddedPostgres.js';
import { FaultStage, resetOften, type Fault } from '../support/faultStage.js';
import { postgresProcesses } from '../support/postgresProcesses.js';
import { startRedis, type RedisServer } from '../support/redisServer.js';
import { tidyUp } from '../support/serverFixture.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';

type Cases = [what: string, fault: Fault][];

describe('Under load', () => {
  let folder: string;
  let cluster: EmbeddedPostgres;
  let stage: FaultStage;
  before(async () => {
    folder = await temporaryFolder();
    cluster = await startCluster();
    stage = await FaultStage.open(cluster.url);
  });
  after(async () => {
    await stage.close();
    await cluster.stop();
    await tidyUp();
  });

  function startCluster(): Promise<EmbeddedPostgres> {
    return EmbeddedPostgres.start(folder, process.env['TEST_POSTGRES_PACKAGE']);
  }

  /** On another port. */
  async function startAgain(): Promise<void> {
    cluster = await startCluster();
    stage.moveDatabase(cluster.url);
  }

  async function killPostgres(): Promise<void> {
    for (const processId of await postgresProcesses(folder)) process.kill(processId, 'SIGKILL');
  }

  const passDatabase = (): void => stage.database.pass();
  const ofDatabase: Cases = [
    ['connections to the database are reset repeatedly', { begin: () => resetOften(stage.database) }],
    ['connections to the database fall silent', { begin: () => stage.database.silence() }],
    [
      'the network drops what goes to the database',
      // Readiness may be a second old, and waits 2 seconds for the database.
      { begin: () => stage.database.blackHole(), end: passDatabase, lastsMs: 3500, isOutage: true },
    ],
    [
      'the database refuses connections',
      { begin: () => stage.database.refuse(), end: () => stage.database.accepts(), lastsMs: 2000, isOutage: true },
    ],
    [
      'answers of the database break off in the middle',
      { begin: () => stage.database.cutAnswers(30), end: passDatabase, lastsMs: 500 },
    ],
    ['the database is slow', { begin: () => stage.database.delay(40), end: passDatabase, lastsMs: 1000 }],
    [
      'PostgreSQL is stopped and started again',
      { begin: () => cluster.stop(), end: startAgain, lastsMs: 1000, isOutage: true },
    ],
    ['PostgreSQL is killed and started again', { begin: killPostgres, end: startAgain, lastsMs: 1000, isOutage: true }],
  ];
  for (const [what, fault] of ofDatabase) {
    it(`answers with success or 503, recovers and loses nothing when ${what}`, () => stage.play(fault));
  }

  // A mail comes twice if its acknowledgement was lost, with the same Message-ID.
  const ofMailServer: Cases = [
    ['resets connections repeatedly', { begin: () => resetOften(stage.smtp), mailCount: 'known' }],
    [
      'accepts mails and its acknowledgements are lost',
      {
        begin: () => void (stage.mails.onArrival = () => stage.smtp.reset()),
        end: () => void (stage.mails.onArrival = () => undefined),
        lastsMs: 500,
        mailCount: 'known',
      },
    ],
    ['answers late', { begin: () => stage.smtp.blackHole(), end: () => stage.smtp.pass(), lastsMs: 1000 }],
    [
      'is down',
      { begin: () => stage.smtp.refuse(), end: () => stage.smtp.accepts(), lastsMs: 2000, mailCount: 'known' },
    ],
  ];
  for (const [what, fault] of ofMailServer) {
    it(`goes on and sends every mail when the mail server ${what}`, () => stage.play({ isHidden: true, ...fault }));
  }
});

describe('Under load, with Redis,', () => {
  let database: TestDatabase;
  let redis: RedisServer | undefined;
  let stage: FaultStage | undefined;
  before(async function () {
    redis = await startRedis();
    if (!redis) return this.skip();
    database = await createTestDatabase();
    stage = await FaultStage.open(database.ownerUrl, redis.url);
  });
  after(async () => {
    if (!redis) return;
    await stage?.close();
    await tidyUp();
    await database.drop();
    await redis.stop();
  });

  const proxy = () => stage!.redis!;
  async function stopRedis(): Promise<void> {
    await redis!.stop();
    // A Redis that REDIS_URL names keeps running.
    await proxy().refuse();
  }
  async function startAnother(): Promise<void> {
    redis = (await startRedis())!;
    await redis.empty();
    proxy().redirect(redis.url);
    await proxy().accepts();
  }

  const cases: Cases = [
    ['its connections are reset repeatedly', { begin: () => resetOften(proxy()) }],
    [
      'the network drops what goes to it',
      { begin: () => proxy().blackHole(), end: () => proxy().pass(), lastsMs: 1000 },
    ],
    ['it is down', { begin: () => proxy().refuse(), end: () => proxy().accepts(), lastsMs: 2000 }],
    ['it is replaced by an empty one', { begin: stopRedis, end: startAnother, lastsMs: 500 }],
  ];
  for (const [what, fault] of cases) {
    it(`answers every request, and is degraded, when ${what}`, () =>
      stage!.play({ isHidden: true, isDegrading: true, ...fault }));
  }
});
