import { expect } from 'chai';
import type { Response } from 'supertest';
import { heldBy, newAccount, signedInAccount, signedInAdmin, type TestAccount } from '../support/accounts.js';
import { startMailedApp } from '../support/mailedApp.js';
import type { MailServer } from '../support/mailServer.js';
import type { TestApp } from '../support/testApp.js';

const chosen = 'a password chosen meanwhile';
const byThief = 'a password chosen by a thief';

/** An account with two sessions, a link to reset its password and the link of its sign-up. */
interface Target extends TestAccount {
  otherToken: string;
  resetToken: string;
  verifyToken: string;
}

describe('a password check', () => {
  let mails: MailServer;
  let app: TestApp;
  let admin: TestAccount;
  before(async () => {
    ({ app, mails } = await startMailedApp());
    admin = await signedInAdmin(app);
  });
  after(() => app.close());

  async function newTarget(): Promise<Target> {
    const account = await signedInAccount(app);
    const { email, password } = account;
    const verifyToken = await mails.nextToken(email);
    await app.call('forgotPassword', { body: { email } });
    const resetToken = await mails.nextToken(email);
    const { token: otherToken } = heldBy(await app.call('logIn', { body: { email, password } }));
    return { ...account, otherToken, resetToken, verifyToken };
  }

  /** Events that happen while a request compares the password. */
  const events: Record<string, (target: Target) => Promise<Response>> = {
    'a reset': ({ resetToken: token }) => app.call('resetPassword', { body: { token, password: chosen } }),
    'a change by another session': ({ otherToken: token, password }) =>
      app.call('changePassword', { token, body: { current_password: password, new_password: chosen } }),
    'a change by the same session': ({ token, password }) =>
      app.call('changePassword', { token, body: { current_password: password, new_password: chosen } }),
    'a deactivation': ({ id }) =>
      app.call('updateUser', { token: admin.token, path: { user_id: id }, body: { is_active: false } }),
    'the end of the session': ({ token }) => app.call('logOut', { token }),
    'a renewed hash': async ({ id, password, token }) => {
      const bind = [id, await app.hasher.hash(password)];
      await app.sequelize.query('UPDATE users SET password_hash = $2 WHERE id = $1', { bind });
      return app.call('getCurrentUser', { token });
    },
  };

  /** Operations that check a password, with their status or error code after each event. */
  const refusals: Record<string, { call: (target: Target) => Promise<Response>; answers: (string | number)[] }> = {
    changeEmail: {
      call: ({ token, password }) =>
        app.call('changeEmail', { token, body: { email: `thief.${newAccount().email}`, password } }),
      answers: ['session_ended', 'session_ended', 'wrong_password', 'token_user_invalid', 'session_ended', 202],
    },
    deleteCurrentUser: {
      call: ({ token, password }) => app.call('deleteCurrentUser', { token, body: { password } }),
      answers: ['session_ended', 'session_ended', 'wrong_password', 'token_user_invalid', 'session_ended', 204],
    },
    changePassword: {
      call: ({ token, password }) =>
        app.call('changePassword', { token, body: { current_password: password, new_password: byThief } }),
      answers: ['session_ended', 'session_ended', 'wrong_password', 'token_user_invalid', 'session_ended', 204],
    },
    logIn: {
      call: ({ email, password }) => app.call('logIn', { body: { email, password } }),
      answers: ['invalid_credentials', 'invalid_credentials', 'invalid_credentials', 'invalid_credentials', 200, 200],
    },
    verifyEmail: {
      call: ({ verifyToken: token, password }) => app.call('verifyEmail', { body: { token, password } }),
      answers: ['link_invalid', 'link_invalid', 'link_invalid', 'link_invalid', 200, 200],
    },
  };

  /** The state that a takeover would change. */
  async function stateOf({ id }: Target): Promise<unknown> {
    const [rows] = await app.sequelize.query(
      `SELECT email, password_hash, email_verified_at, (SELECT array_agg(s.id ORDER BY s.id) FROM sessions s WHERE user_id = u.id),
         (SELECT count(*) FROM links WHERE user_id = u.id) AS links FROM users u WHERE id = $1`,
      { bind: [id] },
    );
    return rows;
  }

  for (const [operationId, { call, answers }] of Object.entries(refusals)) {
    for (const [index, [event, happen]] of Object.entries(events).entries()) {
      const answer = answers[index]!;
      it(`is ${typeof answer === 'string' ? 'worthless' : 'valid'} in ${operationId} after ${event}`, async () => {
        const target = await newTarget();
        const { reached, release } = app.hasher.holdNext();
        const underWay = call(target);
        await reached;
        expect((await happen(target)).status).to.be.within(200, 204);
        const before = await stateOf(target);
        release();
        const { status, body } = (await underWay) as { status: number; body: object };
        if (typeof answer === 'number') return expect(status).to.equal(answer);
        expect(body).to.include({ code: answer });
        expect(await stateOf(target)).to.deep.equal(before);
      });
    }
  }
});
