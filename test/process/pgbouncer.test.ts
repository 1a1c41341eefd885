import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import pg from 'pg';
import supertest from 'supertest';
import { freePort } from '../support/freePort.js';
import { MailServer } from '../support/mailServer.js';
import { programPath, versionOf } from '../support/realPart.js';
import { productionSettings, startServer, stopServers } from '../support/serverProcess.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { until } from '../support/until.js';
import { ordinaryUser } from '../support/users.js';
import { signInAt, signUpAt, whoAmI } from '../support/visitor.js';

const migrate = fileURLToPath(new URL('../../dist/migrate.js', import.meta.url));

/** What PgBouncer must not refuse: see docs/operations.md. */
const ignored = 'statement_timeout,idle_in_transaction_session_timeout';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client
    .query(sql)
    .then(({ rows }) => rows as unknown[])
    .finally(() => client.end());
}

/** A PgBouncer in front of a database, in transaction mode and with two connections; undefined where there is none. */
async function startBouncer(
  databaseUrl: string,
  settings: readonly string[],
): Promise<{ url: string; child: ChildProcess } | undefined> {
  if (versionOf('pgbouncer', '--version') === undefined) return undefined;
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  const folder = await temporaryFolder();
  const own = await freePort();
  const users = join(folder, 'users.txt');
  const ini = join(folder, 'pgbouncer.ini');
  await writeFile(users, `"${username}" "${password}"\n`);
  await writeFile(
    ini,
    [
      '[databases]',
      `* = host=${hostname} port=${port}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${own}`,
      'unix_socket_dir =',
      'auth_type = scram-sha-256',
      `auth_file = ${users}`,
      'pool_mode = transaction',
      'default_pool_size = 2',
      ...settings,
      '',
    ].join('\n'),
  );
  for (const file of [users, ini]) await chmod(file, 0o644);
  const child = spawn('pgbouncer', ['--quiet', ini], {
    env: { PATH: programPath },
    stdio: 'ignore',
    ...(await ordinaryUser()).user,
  });
  const url = `postgresql://${username}:${password}@127.0.0.1:${own}${pathname}`;
  await until(async () => query(url, 'SELECT 1').catch(() => undefined));
  return { url, child };
}

describe('Through PgBouncer in transaction mode', () => {
  let database: TestDatabase;
  const bouncers: ChildProcess[] = [];
  const bounce = async (context: Mocha.Context, settings: readonly string[]): Promise<string> => {
    const bouncer = await startBouncer(database.url, settings);
    if (!bouncer) return context.skip();
    bouncers.push(bouncer.child);
    return bouncer.url;
  };

  beforeEach(async () => (database = await createTestDatabase({ migrated: false })));
  afterEach(async () => {
    await stopServers();
    for (const child of bouncers.splice(0)) child.kill('SIGKILL');
    await removeTemporaryFolders();
    await database.drop();
  });

  it('the migrations and the whole life of an account work, with two connections for all', async function () {
    const url = await bounce(this, [`ignore_startup_parameters = ${ignored}`]);
    const folder = await temporaryFolder();
    const env = { ...process.env, DATABASE_URL: url };
    expect((await promisify(execFile)(process.execPath, [migrate, 'up'], { cwd: folder, env })).stdout).to.match(
      /^Applied: \d+\n/,
    );
    const mails = await MailServer.start();
    const settings = { ...productionSettings(url), SMTP_URL: mails.url, RATE_LIMIT_FACTOR: '0' };
    const { url: api } = await startServer({ folder, settings });

    const account = await signUpAt(api);
    const { email, password } = account;
    const verification = { token: await mails.nextToken(email), password };
    expect((await supertest(api).post('/auth/verify-email').send(verification)).status).to.equal(200);
    const tokens = await Promise.all(Array.from({ length: 10 }, () => signInAt(api, account)));
    const answers = await Promise.all(tokens.map((token) => whoAmI(api, token)));
    expect(answers.map(({ status }) => status)).to.deep.equal(tokens.map(() => 200));
    expect(answers[0]!.body).to.include({ email }).and.not.to.include({ email_verified_at: null });

    expect((await supertest(api).post('/auth/forgot-password').send({ email })).status).to.equal(202);
    const mail = async (): Promise<string> => {
      const next = await mails.next(email);
      const token = /reset-password#token=([\w-]+)/.exec(next.text)?.[1];
      return token ?? mail();
    };
    const reset = { token: await mail(), password: 'a much better passphrase' };
    expect((await supertest(api).post('/auth/reset-password').send(reset)).status).to.equal(200);
    expect((await whoAmI(api, tokens[0]!)).status).to.equal(401);

    const token = await signInAt(api, { ...account, password: reset.password });
    const gone = await supertest(api)
      .delete('/api/v1/users/me')
      .set('Authorization', `Bearer ${token}`)
      .send({ password: reset.password });
    expect(gone.status, gone.text).to.equal(204);
    expect(await query(database.url, 'SELECT id FROM users')).to.deep.equal([]);
    await mails.close();
  });

  it('the time-outs of statements are those of the database, since PgBouncer drops those that the server asks for', async function () {
    const { pathname } = new URL(database.url);
    await query(database.url, `ALTER DATABASE ${pathname.slice(1)} SET statement_timeout = '10s'`);
    const url = await bounce(this, [`ignore_startup_parameters = ${ignored}`]);
    const show = `${url}?statement_timeout=77`;
    expect(await query(show, 'SHOW statement_timeout')).to.deep.equal([{ statement_timeout: '10s' }]);
  });

  it('a server is not ready where PgBouncer refuses the time-outs, and its log says so', async function () {
    const url = await bounce(this, []);
    const server = await startServer({ folder: await temporaryFolder(), settings: productionSettings(url) });
    expect((await supertest(server.url).get('/health/ready')).status).to.equal(503);
    await server.wrote(/unsupported startup parameter: \w+_timeout/);
  });
});
