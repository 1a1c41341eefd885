import { expect } from 'chai';
import supertest from 'supertest';
import { EmbeddedPostgres } from '../../src/db/embedded/embeddedPostgres.js';
import { newAccount } from '../support/accounts.js';
import { query } from '../support/connectToDatabase.js';
import { tidyUp } from '../support/serverFixture.js';
import { productionSettings, startServer } from '../support/serverProcess.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

describe('With synchronous replication, and no standby that confirms,', () => {
  let cluster: EmbeddedPostgres;
  before(async () => {
    cluster = await EmbeddedPostgres.start(await temporaryFolder(), process.env['TEST_POSTGRES_PACKAGE']);
  });
  after(async () => {
    await cluster.stop();
    await tidyUp();
  });

  it('a sign-up is not acknowledged', async () => {
    const settings = { ...productionSettings(cluster.url), DATABASE_STATEMENT_TIMEOUT_MS: '500' };
    const server = await startServer({ folder: await temporaryFolder(), settings });
    await query(cluster.url, `ALTER SYSTEM SET synchronous_standby_names = 'nobody'`);
    await query(cluster.url, `SELECT pg_reload_conf()`);
    const response = await supertest(server.url).post('/auth/signup').send(newAccount());
    await query(cluster.url, `ALTER SYSTEM RESET synchronous_standby_names`);
    await query(cluster.url, `SELECT pg_reload_conf()`);
    expect(response.status, response.text).to.equal(503);
    expect(response.body).to.include({ code: 'database_unavailable' });
  });
});
