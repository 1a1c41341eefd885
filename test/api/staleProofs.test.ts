import { expect } from 'chai';
import type { Response } from 'supertest';
import { logIn, newAccount, signedInAdmin, type TestAccount } from '../support/accounts.js';
import { linkedAccount, type LinkedAccount } from '../support/linkedAccount.js';
import { startMailedApp } from '../support/mailedApp.js';
import type { MailServer } from '../support/mailServer.js';
import type { TestApp } from '../support/testApp.js';

const chosen = 'a password chosen meanwhile';
const byThief = 'a password chosen by a thief';

describe('a password check', () => {
  let mails: MailServer;
  let app: TestApp;
  let admin: TestAccount;
  before(async () => {
    ({ app, mails } = await startMailedApp());
    admin = await signedInAdmin(app);
  });
  after(() => app.close());

  const change = (token: string, password: string, newPassword: string): Promise<Response> =>
    app.call('changePassword', { token, body: { current_password: password, new_password: newPassword } });

  /** Events that happen while a request compares the password. */
  const events: Record<string, (target: LinkedAccount) => Promise<Response>> = {
    'a reset': ({ resetLink: token }) => app.call('resetPassword', { body: { token, password: chosen } }),
    'a change by another session': ({ otherToken: token, password }) => change(token, password, chosen),
    'a change by the same session': ({ token, password }) => change(token, password, chosen),
    'a deactivation': ({ id }) =>
      app.call('updateUser', { token: admin.token, path: { user_id: id }, body: { is_active: false } }),
    'the end of the session': ({ token }) => app.call('logOut', { token }),
    'a renewed hash': async ({ id, password, token }) => {
      await app.sql('UPDATE users SET password_hash = $2 WHERE id = $1', id, await app.hasher.hash(password));
      return app.call('getCurrentUser', { token });
    },
  };

  /** Operations that check a password, with their status or error code after each event. */
  const refusals: Record<string, { call: (target: LinkedAccount) => Promise<Response>; answers: (string | number)[] }> =
    {
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
        call: ({ token, password }) => change(token, password, byThief),
        answers: ['session_ended', 'session_ended', 'wrong_password', 'token_user_invalid', 'session_ended', 204],
      },
      logIn: {
        call: (target) => logIn(app, target),
        answers: ['invalid_credentials', 'invalid_credentials', 'invalid_credentials', 'invalid_credentials', 200, 200],
      },
      verifyEmail: {
        call: ({ verifyLink: token, password }) => app.call('verifyEmail', { body: { token, password } }),
        answers: ['link_invalid', 'link_invalid', 'link_invalid', 'link_invalid', 200, 200],
      },
    };

  /** The state that a takeover would change. */
  async function stateOf({ id }: LinkedAccount): Promise<unknown> {
    return app.sql(
      `SELECT email, password_hash, email_verified_at, (SELECT array_agg(s.id ORDER BY s.id) FROM sessions s WHERE user_id = u.id),
         (SELECT count(*) FROM links WHERE user_id = u.id) AS links FROM users u WHERE id = $1`,
      id,
    );
  }

  for (const [operationId, { call, answers }] of Object.entries(refusals)) {
    for (const [index, [event, happen]] of Object.entries(events).entries()) {
      const answer = answers[index]!;
      it(`is ${typeof answer === 'string' ? 'worthless' : 'valid'} in ${operationId} after ${event}`, async () => {
        const target = await linkedAccount(app, mails);
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
