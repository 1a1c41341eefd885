import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import bcrypt from 'bcryptjs';
import { expect } from 'chai';
import { parseConfig } from '../../src/config/config.js';
import { connectForMigrations } from '../../src/db/connection.js';
import { Primary } from '../../src/db/primary.js';
import { heldBy, newAccount, signedInAccount } from '../support/accounts.js';
import { query } from '../support/connectToDatabase.js';
import { lastOfVersion1, migrateTo } from '../support/migrateTo.js';
import { runBuilt, type Outcome } from '../support/runProgram.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';
import { secret, startTestApp, type TestApp } from '../support/testApp.js';
import { asRole, createTestDatabase, type TestDatabase } from '../support/testDatabase.js';

describe('npm run admin', () => {
  let app: TestApp;
  let folder: string;
  before(async () => {
    app = await startTestApp();
    folder = await temporaryFolder();
  });
  after(async () => {
    await app.close();
    await removeTemporaryFolders();
  });

  const command = (...words: string[]): Promise<Outcome> =>
    runBuilt('admin', words, { DATABASE_URL: app.databaseUrl, SECRET_KEY: secret, BCRYPT_COST: '4' }, folder);

  const listUsers = async (token: string): Promise<number> => (await app.call('listUsers', { token })).status;

  it('prints its usage for any other command', async () => {
    const all = 'Usage: create-admin EMAIL [--verified] | import-users FILE.ndjson | resolve-addresses [remove';
    const resolve = 'Usage: resolve-addresses [remove ID | rename ID EMAIL]\n';
    const wrong: [usage: string, ...words: string[]][] = [
      [all],
      [all, 'dance', 'x'],
      [all, 'toString', 'x'],
      [all, 'create-admin', 'a@b.example', '--verify'],
      ['Usage: create-admin EMAIL [--verified]\n', 'create-admin'],
      ['Usage: create-admin EMAIL [--verified]\n', 'create-admin', 'a@b.example', 'c'],
      ['Usage: import-users FILE.ndjson\n', 'import-users', 'users.ndjson', '--verified'],
      [resolve, 'resolve-addresses', 'keep'],
      [resolve, 'resolve-addresses', 'remove'],
      [resolve, 'resolve-addresses', 'remove', 'x', 'y'],
      [resolve, 'resolve-addresses', 'rename', 'x'],
      [resolve, 'resolve-addresses', '--verified'],
    ];
    for (const [usage, ...words] of wrong) {
      const { code, stderr } = await command(...words);
      expect(code, words.join(' ')).to.equal(1);
      expect(stderr).to.contain(usage);
    }
  });

  const helps = [
    ['create-admin', '--help'],
    ['import-users', '--help'],
    ['resolve-addresses', '--help'],
  ];
  for (const words of [['--help'], ['-h'], ...helps]) {
    it(`explains itself with examples for ${words.join(' ')}, without a database`, async () => {
      const { code, stdout, stderr } = await runBuilt('admin', words, { DATABASE_URL: 'nonsense' });
      expect([code, stderr]).to.deep.equal([0, '']);
      expect(stdout)
        .to.match(/^Usage: /)
        .and.to.match(/\nExamples:\n {2}npm run admin -- /);
      if (words.length > 1) expect(stdout).to.contain(`Usage: ${words[0]} `);
    });
  }

  describe('create-admin', () => {
    it('promotes an existing account, also with an address that no new account may have', async () => {
      const { id, token } = await signedInAccount(app);
      const email = `ada..${id}@example.com`;
      await app.sql('UPDATE users SET email_verified_at = now(), email = $2 WHERE id = $1', id, email);
      expect(await listUsers(token)).to.equal(403);
      const { code, stdout } = await command('create-admin', email.toUpperCase());
      expect([code, stdout]).to.deep.equal([0, `${email.toUpperCase()} is an administrator now.\n`]);
      expect(await listUsers(token)).to.equal(200);
    });

    it('finds an account whose domain is written in Unicode', async () => {
      const { id, email } = await signedInAccount(app);
      const local = email.replace(/@.*/, '');
      await app.sql('UPDATE users SET email = $2 WHERE id = $1', id, `${local}@xn--bcher-kva.example`);
      expect((await command('create-admin', '--verified', `${local}@BÜCHER.example`)).code).to.equal(0);
      expect(await app.sql('SELECT role FROM users WHERE id = $1', id)).to.deep.equal([{ role: 'admin' }]);
    });

    it('keeps the name of an unconfirmed account, and says what it voids and why', async () => {
      const { email, sessionId } = await signedInAccount(app);
      const { code, stdout } = await command('create-admin', email);
      expect(code).to.equal(0);
      expect(stdout).to.contain('Nobody has confirmed this address yet').and.contain('its sessions have ended (1)');
      expect(stdout).to.contain('--verified');
      const [user] = await app.sql('SELECT first_name, last_name, role FROM users WHERE email = $1', email);
      expect(user).to.deep.equal({ first_name: 'Grace', last_name: 'Hopper', role: 'admin' });
      expect(await app.sql('SELECT 1 FROM sessions WHERE id = $1', sessionId)).to.deep.equal([]);
    });

    it('leaves an unconfirmed account its password and sessions with --verified, and confirms its address', async () => {
      const { email, password, token } = await signedInAccount(app);
      const { code, stdout } = await command('create-admin', '--verified', email);
      expect([code, stdout]).to.deep.equal([0, `${email} is an administrator now.\n`]);
      expect(await listUsers(token)).to.equal(200);
      const { user } = (await app.call('logIn', { body: { email, password } })).body as { user: object };
      expect(user).to.include({ first_name: 'Grace', role: 'admin' });
      expect(user).to.have.property('email_verified_at').that.is.a('string');
    });

    it('ends the sessions of an unconfirmed account, and lets the owner of the address choose a password', async () => {
      const squatter = await signedInAccount(app);
      const change = { email: newAccount().email, password: squatter.password };
      await app.call('changeEmail', { token: squatter.token, body: change });
      const { code, stdout } = await command('create-admin', squatter.email);
      expect(code).to.equal(0);
      expect(stdout).to.match(/#token=\S+$/m);
      expect(await listUsers(squatter.token)).to.equal(401);
      const [links] = await app.sequelize.query(
        `SELECT purpose FROM links JOIN users ON id = user_id WHERE users.email = $1`,
        { bind: [squatter.email] },
      );
      expect(links).to.deep.equal([{ purpose: 'reset_password' }]);
      const { email, password } = squatter;
      expect((await app.call('logIn', { body: { email, password } })).status).to.equal(401);
    });

    it('rejects an invalid address and a deactivated account', async () => {
      for (const text of ['foo', `${'x'.repeat(260)}@example.com`]) {
        const stderr = `${text} is not an email address.\n`;
        expect(await command('create-admin', text)).to.include({ code: 1, stderr });
      }
      const { id, email } = await signedInAccount(app);
      await app.sequelize.query('UPDATE users SET is_active = false WHERE id = $1', { bind: [id] });
      const { code, stderr } = await command('create-admin', email);
      expect([code, stderr]).to.deep.equal([1, 'This account has been deactivated. Activate it first.\n']);
    });

    it('creates an account, whose owner chooses the password by a link', async () => {
      const { email } = newAccount();
      const { code, stdout } = await command('create-admin', email);
      expect(code).to.equal(0);
      expect(stdout).not.to.contain('confirmed');
      const token = /^http:\/\/localhost:3000\/reset-password#token=(\S+)$/m.exec(stdout)?.[1];
      const password = 'correct horse battery staple';
      expect((await app.call('resetPassword', { body: { token, password } })).status).to.equal(200);
      const signedIn = heldBy(await app.call('logIn', { body: { email, password } }));
      expect(await listUsers(signedIn.token)).to.equal(200);
    });
  });

  describe('import-users', () => {
    const password = 'an old horse battery staple';
    const hash = bcrypt.hashSync(password, 4);
    const line = (fields: object): string => {
      const { email } = newAccount();
      return JSON.stringify({ email, first_name: 'Alan', last_name: 'Turing', password_hash: hash, ...fields });
    };

    async function importLines(lines: string[], encoding?: BufferEncoding): Promise<Outcome> {
      await writeFile(join(folder, 'users.ndjson'), lines.join('\n'), encoding);
      return command('import-users', 'users.ndjson');
    }

    it('imports people with their passwords', async () => {
      const [first, second, third] = [newAccount().email, newAccount().email, newAccount().email];
      const outcome = await importLines([
        line({ email: ` ${first.toUpperCase()} `, email_verified: true }),
        '',
        line({ email: second, password_hash: hash.replace('$2b$', '$2y$') }),
        line({ email: third, is_active: false }),
      ]);
      expect(outcome).to.include({ code: 0, stdout: '3 imported, 0 refused\n', stderr: '... 3 imported, 0 refused\n' });
      for (const email of [first, second]) {
        const signedIn = await app.call('logIn', { body: { email, password } });
        const { user } = signedIn.body as { user: { email_verified_at: string | null; first_name: string } };
        expect(user.first_name).to.equal('Alan');
        expect(Boolean(user.email_verified_at)).to.equal(email === first);
      }
      const inactive = await app.call('logIn', { body: { email: third, password } });
      expect(inactive.body).to.include({ code: 'account_inactive' });
    });

    it('reports each line that it rejects, and goes on', async () => {
      const { email } = await signedInAccount(app);
      const twice = newAccount().email;
      const { code, stdout } = await importLines([
        '{"email":',
        line({ email }),
        line({ email: twice }),
        line({ email: twice.toUpperCase() }),
        line({ email: `${twice.replace(/@.*/, '')}@bücher.example` }),
        line({ email: `${twice.replace(/@.*/, '')}@xn--bcher-kva.example` }),
        line({ email: 'nonsense' }),
        line({ first_name: '' }),
        line({ email: 'b..b@example.com' }),
        line({ email: `b@${'x'.repeat(70)}.com` }),
        line({ first_name: '\u3164' }),
        line({ role: 'admin' }),
        line({ password_hash: 'md5' }),
        line({ password_hash: hash.replace('$04$', '$31$') }),
        '[]',
        line({}),
      ]);
      expect(code).to.equal(2);
      const refusals = stdout.trimEnd().split('\n');
      expect(refusals.pop()).to.equal('3 imported, 13 refused');
      const reasons = new Map(refusals.map((text) => /^line (\d+): (.+)$/.exec(text)!.slice(1) as [string, string]));
      const numbers = ['1', '2', '4', '6', '7', '8', '9', '10', '11', '12', '13', '14', '15'];
      expect([...reasons.keys()]).to.have.members(numbers);
      expect(reasons.get('1')).to.equal('is not JSON');
      for (const number of ['2', '4', '6']) expect(reasons.get(number)).to.equal('the address already has an account');
      for (const number of ['7', '9', '10']) expect(reasons.get(number)).to.contain('/email');
      for (const number of ['8', '11']) expect(reasons.get(number)).to.contain('/first_name');
      expect(reasons.get('9')).to.match(/^\/email must be an email address such as name@example.com/);
      expect(reasons.get('12')).to.equal('must NOT have additional properties (role)');
      for (const number of ['13', '14']) expect(reasons.get(number)).to.contain('/password_hash');
    });

    it('reads a file with a byte order mark', async () => {
      for (const encoding of ['utf8', 'utf16le'] as const) {
        const { stdout } = await importLines([`\uFEFF${line({})}`, line({})], encoding);
        expect(stdout, encoding).to.equal('2 imported, 0 refused\n');
      }
    });

    it('shows its progress, and can be repeated', async () => {
      const lines = Array.from({ length: 1200 }, () => line({}));
      const first = await importLines(lines);
      expect(first.stderr).to.equal(
        '... 500 imported, 0 refused\n... 1000 imported, 0 refused\n... 1200 imported, 0 refused\n',
      );
      const again = await importLines(lines);
      expect(again.stdout).to.match(/\n0 imported, 1200 refused\n$/);
    });

    it('names a missing file', async () => {
      const outcome = await command('import-users', 'missing.ndjson');
      const reason = "ENOENT: no such file or directory, open 'missing.ndjson'";
      expect(outcome).to.include({ code: 1, stderr: `missing.ndjson cannot be read (${reason}).\n` });
    });
  });

  describe('resolve-addresses', () => {
    let old: TestDatabase;
    let ids: string[];
    beforeEach(async () => {
      old = await createTestDatabase({ migrated: false });
      const sequelize = connectForMigrations(new Primary(old.url), parseConfig({}).database);
      await migrateTo(lastOfVersion1, sequelize);
      await sequelize.close();
      const names = ['bob@bücher', 'bob@xn--bcher-kva', 'eve@bücher', 'eve@xn--bcher-kva', 'ada@bücher'];
      const rows = await query<{ id: string }>(
        old.url,
        `INSERT INTO users (id, email, password_hash, first_name, last_name, role)
         SELECT gen_random_uuid(), name || '.example', 'hash', 'Bob', 'Hopper', CASE n WHEN 1 THEN 'admin' ELSE 'user' END
         FROM unnest('{${names.join()}}'::text[]) WITH ORDINALITY AS names (name, n) ORDER BY n RETURNING id`,
      );
      ids = rows.map(({ id }) => id);
      await query(
        old.url,
        `INSERT INTO sessions (id, user_id, generation, refresh_hash, refresh_seed, ip, user_agent, last_used_at, expires_at, ends_at)
         VALUES (gen_random_uuid(), '${ids[3]}', 0, '', '', '', '', now(), now() + interval '1 day', now() + interval '1 day')`,
      );
    });
    afterEach(() => old.drop());

    const settings = (): Record<string, string> => ({ DATABASE_URL: old.url, SECRET_KEY: secret, BCRYPT_COST: '4' });
    const resolve = (...words: string[]): Promise<Outcome> =>
      runBuilt('admin', ['resolve-addresses', ...words], settings(), folder);
    const emails = async (): Promise<string[]> =>
      (await query<{ email: string }>(old.url, 'SELECT email FROM users ORDER BY 1')).map(({ email }) => email);

    it('lists and resolves shared addresses, so that the migration that stopped goes on', async () => {
      const stopped = await runBuilt('migrate', ['up'], settings(), folder);
      expect(stopped.code).to.equal(1);
      expect(stopped.stderr).to.match(/^Earlier versions took .*resolve-addresses.*\n$/);
      expect((await runBuilt('admin', ['create-admin', 'a@b.example'], settings(), folder)).stderr).to.equal(
        stopped.stderr,
      );

      const listed = await resolve();
      expect([listed.code, listed.stderr]).to.deep.equal([0, '']);
      const line = (index: number): string => listed.stdout.split('\n').find((text) => text.includes(ids[index]!))!;
      expect(listed.stdout.split('\n').filter((text) => /^\S/.test(text))).to.have.members([
        'bob@xn--bcher-kva.example',
        'eve@xn--bcher-kva.example',
      ]);
      expect(line(0)).to.contain('bob@bücher.example').and.contain('admin, active, not confirmed, sessions: 0');
      expect(line(3)).to.contain('eve@xn--bcher-kva.example').and.contain('user, active, not confirmed, sessions: 1');
      expect(listed.stdout).not.to.contain(ids[4]);

      expect((await resolve('remove', ids[1]!)).stdout)
        .to.contain(`Removed ${ids[1]}.\n`)
        .and.contain('eve@');
      const renamed = await resolve('rename', ids[3]!, 'Eve.Old@Bücher.example');
      expect(renamed.stdout).to.contain('No accounts share an address. You can migrate now.\n').and.not.contain('bob@');
      expect(await query(old.url, 'SELECT 1 FROM sessions')).to.have.length(1);

      expect((await runBuilt('migrate', ['up'], settings(), folder)).code).to.equal(0);
      const domain = 'xn--bcher-kva.example';
      const kept = [`ada@${domain}`, `bob@${domain}`, `eve.old@${domain}`, `eve@${domain}`];
      expect(await emails()).to.have.members(kept);
      expect((await resolve()).stdout).to.equal('No accounts share an address. You can migrate now.\n');
    });

    it('removes an account with its sessions, as the owner of the tables if that is another role', async () => {
      const roles = { DATABASE_URL: asRole('test_server', old.url), MIGRATION_DATABASE_URL: old.ownerUrl };
      const words = ['resolve-addresses', 'remove', ids[3]!];
      const { code, stderr } = await runBuilt('admin', words, { ...settings(), ...roles }, folder);
      expect([code, stderr]).to.deep.equal([0, '']);
      expect(await query(old.url, 'SELECT 1 FROM sessions')).to.deep.equal([]);
    });

    it('changes nothing that it was not asked to', async () => {
      const before = await emails();
      const refusals: [words: string[], reason: RegExp][] = [
        [['remove', ids[4]!], /is not the id of an account that shares its address/],
        [['remove', ids[0]!], /the only active administrator/],
        [['rename', ids[1]!, 'nonsense'], /nonsense is not an email address/],
        [['rename', ids[1]!, 'ada@xn--bcher-kva.example'], /belongs to an account already/],
        [['rename', ids[1]!, 'eve@bücher.example'], /belongs to an account already/],
      ];
      for (const [words, reason] of refusals) {
        const { code, stderr } = await resolve(...words);
        expect(code, words.join(' ')).to.equal(1);
        expect(stderr).to.match(reason).and.not.contain('    at ');
      }
      expect(await emails()).to.deep.equal(before);
    });

    it('says that a database has no tables yet', async () => {
      const empty = await createTestDatabase({ migrated: false });
      const { code, stderr } = await runBuilt(
        'admin',
        ['resolve-addresses'],
        { ...settings(), DATABASE_URL: empty.url },
        folder,
      );
      await empty.drop();
      expect([code, stderr]).to.deep.equal([1, 'The database has no tables yet, and so no accounts.\n']);
    });
  });
});
