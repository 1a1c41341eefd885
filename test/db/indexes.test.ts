import { expect } from 'chai';
import pg from 'pg';
import { connectToDatabase } from '../support/connectToDatabase.js';
import { signedInAccount, signedInAdmin, type TestAccount } from '../support/accounts.js';
import { startTestApp, type TestApp } from '../support/testApp.js';
import { until } from '../support/until.js';

interface Statement {
  text: string;
  values?: unknown[];
}

/** Records the statements on accounts and sessions that this process sends to PostgreSQL, until `end` is called. */
function recordStatements(): { statements: Statement[]; end: () => void } {
  const statements: Statement[] = [];
  const query = Reflect.get(pg.Client.prototype, 'query') as (this: pg.Client, ...args: unknown[]) => unknown;
  pg.Client.prototype.query = function (this: pg.Client, asked: string | Statement, ...rest: unknown[]) {
    const values = rest.find((each) => Array.isArray(each)) as unknown[] | undefined;
    const statement = typeof asked === 'string' ? { text: asked, ...(values && { values }) } : asked;
    if (/^\s*(SELECT|WITH|INSERT|UPDATE|DELETE)\b.*\b(users|sessions)\b/s.test(statement.text)) {
      statements.push(statement);
    }
    return query.call(this, asked, ...rest);
  } as never;
  return { statements, end: () => void (pg.Client.prototype.query = query as never) };
}

describe('PostgreSQL with many accounts and sessions', () => {
  let app: TestApp;
  let admin: TestAccount;
  let account: TestAccount;
  let client: pg.Client;
  /** Every server requests a clean-up when it starts. */
  let cleanUp: Statement[];
  before(async () => {
    const { statements, end } = recordStatements();
    app = await startTestApp({ SMTP_URL: 'smtp://127.0.0.1:1' });
    cleanUp = await until(async () => {
      const found = statements.filter(({ text }) => /^DELETE FROM "?sessions/.test(text));
      return found.length > 0 && found;
    }).finally(end);
    admin = await signedInAdmin(app);
    account = await signedInAccount(app);
    client = await connectToDatabase(app.databaseUrl);
    await app.sequelize.query(`
      INSERT INTO users (id, email, password_hash, first_name, last_name)
      SELECT gen_random_uuid(), 'person' || n || '@example.com', 'hash', 'Grace', 'Hopper'
      FROM generate_series(1, 30000) n;
      INSERT INTO sessions (id, user_id, generation, refresh_hash, refresh_seed, ip, user_agent,
        last_used_at, expires_at, ends_at)
      SELECT gen_random_uuid(), id, 0, '', '', '', '', now(),
        now() + (row_number() OVER () - 300) * interval '1 minute', now() + interval '1 year' FROM users;
      ANALYZE users, sessions`);
  });
  after(async () => {
    await client.end();
    await app.close();
  });

  async function planOf({ text, values }: Statement): Promise<string> {
    const { rows } = await client.query<Record<string, string>>(`EXPLAIN ${text}`, values);
    return `${text}\n${rows.flatMap((row) => Object.values(row)).join('\n')}`;
  }

  async function expectIndex(index: RegExp, statements: Statement[]): Promise<void> {
    const plans: string[] = [];
    for (const statement of statements) plans.push(await planOf(statement));
    const all = plans.join('\n\n');
    expect(all).to.match(index);
    expect(all).not.to.match(/Seq Scan on (users|sessions)/);
  }

  const cases: [what: string, index: RegExp, operationId: string, sent: () => Parameters<TestApp['call']>[1]][] = [
    [
      // Both indexes of the address can find a whole one.
      'find an account by its address',
      /Scan (using|on) users_email_(key|prefix).*\n *Index Cond: \(email = /,
      'logIn',
      () => ({ body: { email: account.email, password: 'wrong' } }),
    ],
    [
      // These operators work with every collation of a database.
      'find accounts by the beginning of their address',
      /Scan (using|on) users_email_prefix.*\n *Index Cond: \(\(email ~>=~ /,
      'listUsers',
      () => ({ token: admin.token, query: { email_prefix: 'Person1234' } }),
    ],
    [
      'find the active administrators',
      /Scan (using|on) users_active_admins/,
      'updateUser',
      () => ({ token: admin.token, path: { user_id: account.id }, body: { role: 'user' } }),
    ],
    [
      'list the sessions of an account',
      /Scan (using|on) sessions_user_id/,
      'listSessions',
      () => ({ token: account.token }),
    ],
    [
      'end the sessions of an account',
      /Scan (using|on) sessions_user_id/,
      'logOut',
      () => ({ token: account.token, body: { scope: 'others' } }),
    ],
  ];
  for (const [what, index, operationId, sent] of cases) {
    it(`uses an index to ${what}`, async () => {
      const { statements, end } = recordStatements();
      await app.call(operationId, sent()).finally(end);
      await expectIndex(index, statements);
    });
  }

  it('uses an index to find the sessions that have expired', async () => {
    await expectIndex(/Scan (using|on) sessions_expires_at/, cleanUp);
  });

  it('has an index for every foreign key, which the deletion of an account needs', async () => {
    const { rows } = await client.query(`
      SELECT conrelid::regclass AS table, conname AS "key" FROM pg_constraint
      WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND NOT EXISTS (
        SELECT 1 FROM pg_index WHERE indrelid = conrelid AND indkey[0] = conkey[1] AND indpred IS NULL)`);
    expect(rows).to.deep.equal([]);
  });
});
