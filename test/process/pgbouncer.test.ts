import type { ChildProcess } from 'node:child_process';
import { expect } from 'chai';
import { liveAccountLife } from '../support/accountLife.js';
import { query } from '../support/connectToDatabase.js';
import { MailServer } from '../support/mailServer.js';
import { neededSetting, startBouncer } from '../support/pgBouncer.js';
import { runBuilt } from '../support/runProgram.js';
import { serverFixture } from '../support/serverFixture.js';
import { failedStart } from '../support/serverProcess.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { signInAt, signUpAt, whoAmI } from '../support/visitor.js';

describe('Through PgBouncer in transaction mode', () => {
  const servers = serverFixture({ migrated: false });
  const bouncers: ChildProcess[] = [];
  const bounce = async (context: Mocha.Context, settings = neededSetting): Promise<string> => {
    const bouncer = await startBouncer(servers.database.url, settings);
    if (!bouncer) return context.skip();
    bouncers.push(bouncer.child);
    return bouncer.url;
  };
  afterEach(() => {
    for (const child of bouncers.splice(0)) child.kill('SIGKILL');
  });

  it('the migrations and the whole life of an account work, with two connections for all', async function () {
    const url = await bounce(this);
    expect((await runBuilt('migrate', ['up'], { DATABASE_URL: url })).stdout).to.match(/^Applied: \d+\n/);
    const mails = await MailServer.start();
    const { url: api } = await servers.start({ DATABASE_URL: url, SMTP_URL: mails.url, RATE_LIMIT_FACTOR: '0' });
    await liveAccountLife(api, mails);
    expect(await query(servers.database.url, 'SELECT id FROM users')).to.deep.equal([]);

    const account = await signUpAt(api);
    const tokens = await Promise.all(Array.from({ length: 10 }, () => signInAt(api, account)));
    const answers = await Promise.all(tokens.map((token) => whoAmI(api, token)));
    expect(answers.map(({ status }) => status)).to.deep.equal(tokens.map(() => 200));
    await mails.close();
  });

  it('the statement timeout is that of the database, since PgBouncer drops the one that the server asks for', async function () {
    const { url: direct } = servers.database;
    await query(direct, `ALTER DATABASE ${new URL(direct).pathname.slice(1)} SET statement_timeout = '10s'`);
    const url = await bounce(this);
    const show = `${url}?statement_timeout=77`;
    expect(await query(show, 'SHOW statement_timeout')).to.deep.equal([{ statement_timeout: '10s' }]);
  });

  it('the session defaults are those that the migrations stored, whatever the database has', async function () {
    const { url: direct } = servers.database;
    expect((await runBuilt('migrate', ['up'], { DATABASE_URL: direct })).code).to.equal(0);
    const name = new URL(direct).pathname.slice(1);
    await query(direct, `ALTER DATABASE ${name} SET default_transaction_isolation = 'serializable'`);
    await query(direct, `ALTER DATABASE ${name} SET datestyle = 'German'`);
    const url = await bounce(this);
    const sql = `SELECT current_setting('datestyle') AS style, current_setting('default_transaction_isolation') AS isolation`;
    expect(await query(url, sql)).to.deep.equal([{ style: 'ISO, MDY', isolation: 'read committed' }]);
  });

  it('a server does not start if PgBouncer refuses the timeouts, and says so', async function () {
    const settings = { DATABASE_URL: await bounce(this, '') };
    const { exitCode, output } = await failedStart({ folder: await temporaryFolder(), settings });
    expect(exitCode, output).to.equal(1);
    expect(output).to.match(/unsupported startup parameter: \w+_timeout/);
  });
});
