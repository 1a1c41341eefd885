import { expect } from 'chai';
import type { Transaction } from 'sequelize';
import type { Response } from 'supertest';
import {
  heldBy,
  logIn,
  newAccount,
  signedInAccount,
  signedInAdmin,
  tokenError,
  type TestAccount,
} from '../support/accounts.js';
import { pagesOf } from '../support/pages.js';
import { codeOf, startTestApp, type TestApp } from '../support/testApp.js';
import { untilOneWaits } from '../support/untilOneWaits.js';

const nobody = '0198c6a4-6f0e-7c3b-9d55-2f6f4f0c8a99';

describe('administration', () => {
  let app: TestApp;
  let admin: TestAccount;
  let account: TestAccount;
  before(async () => (app = await startTestApp({ SIGN_IN_FAILURES_MAX: '2', SIGN_IN_ADDRESS_FAILURES_MAX: '1000' })));
  beforeEach(async () => {
    await app.sql('DELETE FROM users');
    admin = await signedInAdmin(app);
    account = await signedInAccount(app);
  });
  after(() => app.close());

  const asAdmin = (operationId: string, id: string, body?: object): Promise<Response> =>
    app.call(operationId, { token: admin.token, path: { user_id: id }, ...(body && { body }) });
  const change = (id: string, body: object): Promise<Response> => asAdmin('updateUser', id, body);

  describe('listUsers', () => {
    const list = async (query: Record<string, string> = {}): Promise<{ items: { id: string }[] }> =>
      (await app.call('listUsers', { token: admin.token, query })).body as never;
    const ids = async (query: Record<string, string> = {}): Promise<string[]> =>
      (await list(query)).items.map(({ id }) => id);

    it('lists all accounts, newest first, without secrets', async () => {
      const body = await list();
      expect(body.items.map(({ id }) => id)).to.deep.equal([account.id, admin.id]);
      expect(body).to.include({ next_cursor: null });
      expect(JSON.stringify(body)).not.to.contain('hash');
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
      const created = 'UPDATE users SET created_at = $2 WHERE id = $1';
      await app.sql(created, account.id, '2026-01-02T03:04:05.678999Z');
      await app.sql(created, admin.id, second);
      expect(await ids({ created_from: first })).to.deep.equal([account.id, admin.id]);
      expect(await ids({ created_from: second })).to.deep.equal([admin.id]);
      expect(await ids({ created_before: second })).to.deep.equal([account.id]);
      expect(await ids({ created_before: first })).to.deep.equal([]);
    });

    it('treats %, _ and backslash literally', async () => {
      const made = await app.call('signUp', { body: { ...newAccount(), email: '50%_off{x@example.com' } });
      const { id } = (made.body as { user: { id: string } }).user;
      const found = (...prefixes: string[]): Promise<string[][]> =>
        Promise.all(prefixes.map((prefix) => ids({ email_prefix: prefix })));
      expect(await found('50%', '50%_off{', '50%_OFF{x@')).to.deep.equal([[id], [id], [id]]);
      expect(await found('%', '_', '50__', '\\')).to.deep.equal([[], [], [], []]);
      await app.sql(`UPDATE users SET email = '\\%x@example.com' WHERE id = $1`, id);
      expect(await found('\\', '\\%X')).to.deep.equal([[id], [id]]);
      expect(await found('%', '\\\\', '\\%%')).to.deep.equal([[], [], []]);
    });

    it('returns pages, the last of which may be full', async () => {
      for (let n = 0; n < 2; n += 1) await signedInAccount(app);
      const all = await ids();
      expect(all).to.deep.equal([...all].sort().reverse());
      for (const limit of [3, 2]) {
        const pages = await pagesOf(app, 'listUsers', admin.token, limit);
        expect(pages).to.deep.equal([all.slice(0, limit), all.slice(limit, 4)]);
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
        const path = `/query/${Object.keys(query)[0]}`;
        expect(response.body, JSON.stringify(query)).to.nested.include({ status_code: 400, 'errors[0].path': path });
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
      expect(await tokenError(app, account.token)).to.equal('session_ended');
      expect(codeOf(await logIn(app, account))).to.equal('account_inactive');
      await change(account.id, { is_active: true });
      const again = heldBy(await logIn(app, account));
      expect(await tokenError(app, account.token)).to.equal('session_ended');
      expect(await tokenError(app, again.token)).to.equal(undefined);
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
        expect((await change(admin.id, body)).body).to.include({ status_code: 409, code: 'last_admin' });
      }
      await change(account.id, { role: 'admin' });
      expect((await change(admin.id, { role: 'user' })).status).to.equal(200);
    });

    it('leaves one administrator when two demote each other concurrently', async () => {
      await change(account.id, { role: 'admin' });
      for (let round = 0; round < 5; round += 1) {
        const demote = (by: TestAccount, whom: TestAccount): Promise<Response> =>
          app.call('updateUser', { token: by.token, path: { user_id: whom.id }, body: { role: 'user' } });
        const responses = await Promise.all([demote(account, admin), demote(admin, account)]);
        const rows = await app.sql(`SELECT 1 FROM users WHERE role = 'admin'`);
        expect(rows).to.have.length(1);
        expect(responses.map(({ status }) => status).sort()[0]).to.equal(200);
        await app.sql(`UPDATE users SET role = 'admin'`);
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
      expect((await remove()).body).to.include({ status_code: 409, code: 'last_admin' });
      await change(account.id, { role: 'admin' });
      expect((await remove()).status).to.equal(204);
    });

    it('changes only the role and the activity', async () => {
      for (const body of [{ email: 'x@example.com' }, { role: 'owner' }, { id: nobody }, {}]) {
        expect((await change(account.id, body)).status, JSON.stringify(body)).to.equal(400);
      }
    });
  });

  describe('unlockUser', () => {
    it('unlocks the account', async () => {
      for (let n = 0; n < 2; n += 1) await logIn(app, { ...account, password: 'wrong' });
      expect(codeOf(await logIn(app, account))).to.equal('sign_in_locked');
      expect((await asAdmin('unlockUser', account.id)).status).to.equal(204);
      expect((await logIn(app, account)).status).to.equal(200);
    });
  });

  for (const operationId of ['getUser', 'updateUser', 'revokeUserSessions', 'unlockUser']) {
    it(`answers 404 for an unknown account and 400 for a malformed id in ${operationId}`, async () => {
      const body = operationId === 'updateUser' ? { is_active: true } : undefined;
      const missing = { status_code: 404, code: 'not_found', detail: 'There is no such user.' };
      expect((await asAdmin(operationId, nobody, body)).body).to.include(missing);
      for (const id of ['abc', `urn:uuid:${account.id}`]) {
        expect((await asAdmin(operationId, id, body)).status, id).to.equal(400);
      }
      expect((await asAdmin(operationId, account.id.toUpperCase(), body)).status).to.be.within(200, 204);
    });
  }
});
