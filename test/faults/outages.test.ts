import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgres } from '../../src/db/embedded/embeddedPostgres.js';
import { FaultStage, type Fault } from '../support/faultStage.js';
import { postgresProcesses } from '../support/postgresProcesses.js';
import { stopServers } from '../support/serverProcess.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';

describe('Under load, when', () => {
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
    await stopServers();
    await cluster.stop();
    await removeTemporaryFolders();
  });

  function startCluster(): Promise<EmbeddedPostgres> {
    return EmbeddedPostgres.start(folder, process.env['TEST_POSTGRES_PACKAGE']);
  }

  describe('connections to the database', () => {
    it('are reset again and again, requests end with 503 or success, and nothing is lost', async () => {
      await stage.play({
        name: 'database: connections reset 40 times in 1 s',
        begin: async () => {
          for (let times = 0; times < 40; times += 1) {
            stage.database.reset();
            await delay(25);
          }
        },
      });
    });

    it('fall silent for good, requests end in time with 503 or success, and new connections are made', async () => {
      await stage.play({ name: 'database: connections fall silent', begin: () => stage.database.silence() });
    });

    it('are swallowed by the network for a while, requests end in time with 503, and service returns', async () => {
      await stage.play({
        name: 'database: black hole, 2 s',
        begin: () => stage.database.blackHole(),
        end: () => stage.database.pass(),
        lastsMs: 2000,
        isOutage: true,
      });
    });

    it('are refused for ten seconds, requests end with 503, and service returns', async () => {
      await stage.play({
        name: 'database: down, 10 s',
        begin: () => stage.database.refuse(),
        end: () => stage.database.accepts(),
        lastsMs: 10_000,
        isOutage: true,
      });
    });

    it('break off in the middle of answers, requests end with 503 or success, and nothing is half done', async () => {
      await stage.play({
        name: 'database: 30 answers cut in their middle',
        begin: () => stage.database.cutAnswers(30),
        end: () => stage.database.pass(),
        lastsMs: 500,
      });
    });

    it('are slow, requests are answered all the same', async () => {
      await stage.play({
        name: 'database: 40 ms slower each way, 1 s',
        begin: () => stage.database.delay(40),
        end: () => stage.database.pass(),
        lastsMs: 1000,
      });
    });
  });

  describe('the database server', () => {
    /** On another port, as it happens. */
    async function startAgain(): Promise<void> {
      cluster = await startCluster();
      stage.moveDatabase(cluster.url);
    }

    it('is stopped and started again, service returns, and nothing is lost', async () => {
      await stage.play({
        name: 'PostgreSQL: stopped for 1 s',
        begin: () => cluster.stop(),
        end: startAgain,
        lastsMs: 1000,
        isOutage: true,
      });
    });

    it('is killed and started again, service returns, and nothing is lost', async () => {
      await stage.play({
        name: 'PostgreSQL: killed, for 1 s',
        begin: async () => {
          for (const processId of await postgresProcesses(folder)) process.kill(processId, 'SIGKILL');
        },
        end: startAgain,
        lastsMs: 1000,
        isOutage: true,
      });
    });
  });

  describe('the mail server', () => {
    /** Requests know nothing of it, and each mail comes. Twice where word of its coming was lost, and then it shows. */
    async function play(fault: Fault): Promise<void> {
      await stage.play({ isHidden: true, mailCount: 'known', ...fault });
    }

    it('resets connections again and again, every mail comes', async () => {
      await play({
        name: 'mail server: connections reset 40 times in 1 s',
        begin: async () => {
          for (let times = 0; times < 40; times += 1) {
            stage.smtp.reset();
            await delay(25);
          }
        },
      });
    });

    it('takes mails and the word of it is lost, they come again as the same', async () => {
      await play({
        name: 'mail server: 0.5 s of mails taken without an answer',
        begin: () => {
          stage.mails.onArrival = () => stage.smtp.reset();
        },
        end: () => {
          stage.mails.onArrival = () => undefined;
        },
        lastsMs: 500,
      });
    });

    it('answers late, every mail comes, and comes once', async () => {
      await play({
        name: 'mail server: black hole, 1 s',
        begin: () => stage.smtp.blackHole(),
        end: () => stage.smtp.pass(),
        lastsMs: 1000,
        mailCount: 'once',
      });
    });

    it('is down for a while, every mail comes', async () => {
      await play({
        name: 'mail server: down, 10 s',
        begin: () => stage.smtp.refuse(),
        end: () => stage.smtp.accepts(),
        lastsMs: 10_000,
      });
    });
  });
});
