import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { QueryInterface, Sequelize } from 'sequelize';
import { parseConfig } from '../../src/config/config.js';
import { connect } from '../../src/db/connection.js';
import { withMigrator } from '../../src/db/database.js';
import { journal, migrationFiles, migrationFolder } from '../../src/db/migrationStatus.js';
import { Primary } from '../../src/db/primary.js';
import { createLogger } from '../../src/observability/logger.js';
import { MailServer } from '../support/mailServer.js';
import { startTestApp, type TestApp } from '../support/testApp.js';
import { asSuperuser, createTestDatabase, type TestDatabase } from '../support/testDatabase.js';

const password = 'correct horse battery staple';

/** What people held when version 1.0.0 was replaced. */
const held = {
  refreshToken: 'rt_AaIZAYxMcYeOMZTIFQ_xKAAAAAAlT6Fm-aPv7oeXugduQh2XMMJuxaJ2719NU602t3Xdqg',
  verifyToken: 'RR2ysxOTMbh-vMJF6JqJb006eFU6Eg-RdU5CNAXjPDk',
};

describe('a database of version 1.0.0', () => {
  let database: TestDatabase;
  let mails: MailServer;
  let app: TestApp;
  before(async () => {
    database = await createTestDatabase({ migrated: false });
    const sequelize = connect(new Primary(asSuperuser(database.url)), parseConfig({}).database);
    await migrateTo('20261123140000-add-roles.cjs', sequelize);
    await sequelize.query(await readFile(new URL('../fixtures/version-1.0.0.sql', import.meta.url), 'utf8'));
    // As if it had been stored a moment ago.
    await sequelize.query(`
      UPDATE sessions SET expires_at = now() + interval '14 days', ends_at = now() + interval '90 days';
      UPDATE action_tokens SET expires_at = now() + interval '1 hour';
      UPDATE pgboss.job SET start_after = now(), created_on = now(), keep_until = now() + interval '1 day'`);
    await sequelize.close();
    const config = parseConfig({});
    const url = asSuperuser(database.url);
    await withMigrator(url, config, createLogger({ env: 'test', logLevel: 'error' }), (migrator) => migrator.up());
    mails = await MailServer.start();
    app = await startTestApp({ DATABASE_URL: url, SMTP_URL: mails.url });
  });
  after(async () => {
    await app.close();
    await mails.close();
    await database.drop();
  });

  /** Applies the migrations up to one of them, as the version did that had no more. */
  async function migrateTo(last: string, sequelize: Sequelize): Promise<void> {
    const load = createRequire(import.meta.url);
    await sequelize.query(`CREATE TABLE "${journal}" (name varchar(255) PRIMARY KEY)`);
    for (const name of migrationFiles.filter((file) => file <= last)) {
      const migration = load(join(migrationFolder, name)) as { up: (queries: QueryInterface) => Promise<void> };
      await migration.up(sequelize.getQueryInterface());
      await sequelize.query(`INSERT INTO "${journal}" VALUES ($1)`, { bind: [name] });
    }
  }

  const logIn = async (email: string, chosen = password): Promise<number> =>
    (await app.call('logIn', { body: { email, password: chosen } })).status;

  it('keeps its accounts: people log in with the passwords that they had', async () => {
    for (const email of ['ada@example.com', 'grace@example.com']) expect(await logIn(email), email).to.equal(200);
  });

  it('keeps its sessions: a refresh token goes on', async () => {
    const refreshed = await app.call('refreshTokens', { body: { refresh_token: held.refreshToken } });
    expect(refreshed.status).to.equal(200);
    const { access_token: token } = refreshed.body as { access_token: string };
    expect((await app.call('getCurrentUser', { token })).body).to.include({ email: 'ada@example.com' });
  });

  it('keeps its jobs and links: a mail that was waiting is sent, and links work', async () => {
    const reset = await mails.nextToken('grace@example.com');
    const body = { token: held.verifyToken, password };
    expect((await app.call('verifyEmail', { body })).status).to.equal(200);
    const chosen = 'a new horse battery staple';
    expect((await app.call('resetPassword', { body: { token: reset, password: chosen } })).status).to.equal(200);
    expect(await logIn('grace@example.com', chosen)).to.equal(200);
  });
});
