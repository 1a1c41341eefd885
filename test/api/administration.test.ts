import { expect } from 'chai';
import type { Transaction } from 'sequelize';
import type { Response } from 'supertest';
import { heldBy, newAccount, signedInAccount, signedInAdmin, type TestAccount } from '../support/accounts.js';
import { codeOf } from '../support/mailedApp.js';
import { startTestApp, type TestApp } from '../support/testApp.js';
import { untilOneWaits } from '../support/untilOneWaits.js';

const nobody = '0198c6a4-6f0e-7c3b-9d55-2f6f4f0c8a99';

interface UserBody {
  id: string;
  email: string;
  role: string;
  is_active: boolean;
}

describe('administration', () => {
  let app: TestApp;
  let admin: TestAccount;
  let account: TestAccount;
  before(async () => (app = await startTestApp({ SIGN_IN_FAILURES_MAX: '2', SIGN_IN_ADDRESS_FAILURES_MAX: '1000' })));
  beforeEach(async () => {
    await app.sequelize.query('DELETE FROM users');
    admin = await signedInAdmin(app);
    account = await signedInAccount(app);
  });
  after(() => app.close());

  const asAdmin = (operationId: string, id: string, body?: object): Promise<Response> =>
    app.call(operationId, { token: admin.token, path: { user_id: id }, ...(body && { body }) });
  const change = (id: string, body: object): Promise<Response> => asAdmin('updateUser', id, body);

  async function list(query: Record<string, string> = {}): Promise<{ items: UserBody[]; next_cursor: string | null }> {
    const response = await app.call('listUsers', { token: admin.token, query });
    expect(response.status, response.text).to.equal(200);
    return response.body as never;
  }

  describe('listUsers', () => {
    const ids = async (query: Record<string, string>): Promise<string[]> =>
      (await list(query)).items.map(({ id }) => id);

    it('lists all accounts, newest first, without secrets', async () => {
      const { items, next_cursor: next } = await list();
      expect(items.map(({ id }) => id)).to.deep.equal([account.id, admin.id]);
      expect(JSON.stringify(items)).not.to.contain('hash');
      expect(next).to.equal(null);
    });

    it('filters by address prefix, role, activity and time', async () => {
      await change(account.id, { is_active: false });
      expect(await ids({ email_prefix: ` ${account.email.slice(0, 10).toUpperCase()}` })).to.deep.equal([account.id]);
      expect(await ids({ role: 'admin' })).to.deep.equal([admin.id]);
      expect(await ids({ is_active: 'false' })).to.deep.equal([account.id]);
      expect(await ids({ is_active: 'true', role: 'user' })).to.deep.equal([]);
      const hour = 3_600_000;
      const time = (offset: number): string => new Date(Date.now() + offset).toISOString();
      expect(await ids({ created_from: time(hour) })).to.deep.equal([]);
      expect(await ids({ created_from: time(-hour), created_before: time(hour) })).to.have.length(2);
      expect(await ids({ created_before: time(-hour) })).to.deep.equal([]);
    });

    it('includes the instant of created_from and excludes that of created_before', async () => {
      const [first, second] = ['2026-01-02T03:04:05.678Z', '2026-01-02T03:04:05.679Z'] as const;
      // The database stores microseconds, the API returns milliseconds.
      for (const [id, time] of [
        [account.id, '2026-01-02T03:04:05.678999Z'],
        [admin.id, second],
      ]) {
        await app.sequelize.query('UPDATE users SET created_at = $2 WHERE id = $1', { bind: [id, time] });
      }
      expect(await ids({ created_from: first })).to.deep.equal([account.id, admin.id]);
      expect(await ids({ created_from: second })).to.deep.equal([admin.id]);
      expect(await ids({ created_before: second })).to.deep.equal([account.id]);
      expect(await ids({ created_before: first })).to.deep.equal([]);
    });

    it('treats %, _ and backslash literally', async () => {
      const made = await app.call('signUp', { body: { ...newAccount(), email: '50%_off{x@example.com' } });
      const { id } = (made.body as { user: UserBody }).user;
      for (const prefix of ['50%', '50%_off{', '50%_OFF{x@']) {
        expect(await ids({ email_prefix: prefix }), prefix).to.deep.equal([id]);
      }
      for (const prefix of ['%', '_', '50__', '\\'])
        expect(await ids({ email_prefix: prefix }), prefix).to.deep.equal([]);
      await app.sequelize.query(`UPDATE users SET email = '\\%x@example.com' WHERE id = $1`, { bind: [id] });
      for (const prefix of ['\\', '\\%X']) expect(await ids({ email_prefix: prefix }), prefix).to.deep.equal([id]);
      for (const prefix of ['%', '\\\\', '\\%%']) expect(await ids({ email_prefix: prefix }), prefix).to.deep.equal([]);
    });

    it('returns pages, the last of which may be full', async () => {
      for (let n = 0; n < 2; n += 1) await signedInAccount(app);
      const all = await ids({});
      expect(all)
        .to.have.length(4)
        .and.to.deep.equal([...all].sort().reverse());
      for (const [limit, lengths] of [
        ['3', [3, 1]],
        ['2', [2, 2]],
      ] as const) {
        const pages: string[][] = [];
        let cursor: string | null = '';
        while (cursor !== null) {
          const page = await list({ limit, ...(cursor && { cursor }) });
          pages.push(page.items.map(({ id }) => id));
          cursor = page.next_cursor;
        }
        expect(pages.flat()).to.deep.equal(all);
        expect(pages.map(({ length }) => length)).to.deep.equal(lengths);
      }
    });

    it('rejects invalid filters', async () => {
      const wrong: Record<string, string>[] = [
        { role: 'owner' },
        { is_active: 'maybe' },
        { created_from: 'yesterday' },
        { created_from: '2016-12-31T23:59:60Z' },
        { created_before: '2026-11-01T00:00:00+01' },
        { created_from: '0000-01-01T00:00:00Z' },
        { created_from: '2026-02-30T00:00:00Z' },
        { created_from: '2026-02-28T24:00:00Z' },
        { created_before: '0001-01-01T00:00:00+01:00' },
        { created_before: '9999-12-31T23:59:59-01:00' },
        { limit: '0' },
        { email_prefix: '' },
      ];
      for (const query of wrong) {
        const response = await app.call('listUsers', { token: admin.token, query });
        expect(response.status, JSON.stringify(query)).to.equal(400);
        const { errors } = response.body as { errors: { path: string }[] };
        expect(errors[0]).to.have.property('path', `/query/${Object.keys(query)[0]}`);
      }
    });
  });

  describe('getUser', () => {
    it('reads any account', async () => {
      const response = await asAdmin('getUser', account.id);
      expect(response.status).to.equal(200);
      expect(response.body).to.include({ id: account.id, email: account.email, role: 'user', is_active: true });
    });
  });

  describe('updateUser', () => {
    it('deactivates an account and its sessions at once, and activates the account again', async () => {
      const response = await change(account.id, { is_active: false });
      expect(response.status).to.equal(200);
      expect(response.body).to.include({ is_active: false });
      expect(codeOf(await app.call('getCurrentUser', { token: account.token }))).to.equal('session_ended');
      const { email, password } = account;
      expect(codeOf(await app.call('logIn', { body: { email, password } }))).to.equal('account_inactive');
      await change(account.id, { is_active: true });
      const again = heldBy(await app.call('logIn', { body: { email, password } }));
      expect(codeOf(await app.call('getCurrentUser', { token: account.token }))).to.equal('session_ended');
      expect((await app.call('getCurrentUser', { token: again.token })).status).to.equal(200);
    });

    it('changes the role, effective from the next request', async () => {
      const call = async (): Promise<number> => (await app.call('listUsers', { token: account.token })).status;
      expect(await call()).to.equal(403);
      await change(account.id, { role: 'admin' });
      expect(await call()).to.equal(200);
      await change(account.id, { role: 'user' });
      expect(await call()).to.equal(403);
    });

    it('does not demote or deactivate the last administrator', async () => {
      for (const body of [{ role: 'user' }, { is_active: false }]) {
        const response = await change(admin.id, body);
        expect(response.status).to.equal(409);
        expect(codeOf(response)).to.equal('last_admin');
      }
      await change(account.id, { role: 'admin' });
      expect((await change(admin.id, { role: 'user' })).status).to.equal(200);
    });

    it('leaves one administrator when two demote each other concurrently', async () => {
      await change(account.id, { role: 'admin' });
      for (let round = 0; round < 5; round += 1) {
        const responses = await Promise.all([
          app.call('updateUser', { token: account.token, path: { user_id: admin.id }, body: { role: 'user' } }),
          app.call('updateUser', { token: admin.token, path: { user_id: account.id }, body: { role: 'user' } }),
        ]);
        const [rows] = await app.sequelize.query(`SELECT 1 FROM users WHERE role = 'admin'`);
        expect(rows).to.have.length(1);
        expect(responses.map(({ status }) => status).sort()[0]).to.equal(200);
        await app.sequelize.query(`UPDATE users SET role = 'admin'`);
      }
    });

    it('locks accounts in the order of their ids, which prevents deadlocks', async () => {
      await change(account.id, { role: 'admin' });
      await change(admin.id, { role: 'user' });
      const { sequelize } = app;
      // Ids increase with time.
      expect(admin.id < account.id).to.equal(true);
      const lock = (id: string, transaction: Transaction): Promise<unknown> =>
        sequelize.query('SELECT 1 FROM users WHERE id = $1 FOR UPDATE', { bind: [id], transaction });
      const call = await sequelize.transaction(async (transaction) => {
        await lock(admin.id, transaction);
        const operation = { token: account.token, path: { user_id: admin.id }, body: { is_active: false } };
        const response = app.call('updateUser', operation);
        await untilOneWaits(sequelize);
        await lock(account.id, transaction);
        return { response };
      });
      expect((await call.response).status).to.equal(200);
    });

    it('does not delete the account of the last administrator', async () => {
      const remove = (): Promise<Response> =>
        app.call('deleteCurrentUser', { token: admin.token, body: { password: admin.password } });
      const response = await remove();
      expect(response.status).to.equal(409);
      expect(codeOf(response)).to.equal('last_admin');
      await change(account.id, { role: 'admin' });
      expect((await remove()).status).to.equal(204);
    });

    it('changes only the role and the activity', async () => {
      for (const body of [{ email: 'x@example.com' }, { role: 'owner' }, { id: nobody }, {}]) {
        expect((await change(account.id, body)).status, JSON.stringify(body)).to.equal(400);
      }
    });
  });

  describe('revokeUserSessions', () => {
    it('ends all sessions of the account, and no other', async () => {
      expect((await asAdmin('revokeUserSessions', account.id)).status).to.equal(204);
      expect(codeOf(await app.call('getCurrentUser', { token: account.token }))).to.equal('session_ended');
      expect((await app.call('getCurrentUser', { token: admin.token })).status).to.equal(200);
    });
  });

  describe('unlockUser', () => {
    it('unlocks the account', async () => {
      const { email, password } = account;
      const logIn = (tried: string): Promise<Response> => app.call('logIn', { body: { email, password: tried } });
      for (let n = 0; n < 2; n += 1) await logIn('wrong');
      expect(codeOf(await logIn(password))).to.equal('sign_in_locked');
      expect((await asAdmin('unlockUser', account.id)).status).to.equal(204);
      expect((await logIn(password)).status).to.equal(200);
    });
  });

  for (const operationId of ['getUser', 'updateUser', 'revokeUserSessions', 'unlockUser']) {
    it(`answers 404 for an unknown account and 400 for a malformed id in ${operationId}`, async () => {
      const body = operationId === 'updateUser' ? { is_active: true } : undefined;
      const missing = await asAdmin(operationId, nobody, body);
      expect(missing.status).to.equal(404);
      expect(missing.body).to.include({ code: 'not_found', detail: 'There is no such user.' });
      for (const id of ['abc', `urn:uuid:${account.id}`]) {
        expect((await asAdmin(operationId, id, body)).status, id).to.equal(400);
      }
      expect((await asAdmin(operationId, account.id.toUpperCase(), body)).status).to.be.within(200, 204);
    });
  }
});
