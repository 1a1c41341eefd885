import { expect } from 'chai';
import { heldBy, logIn, newAccount } from '../support/accounts.js';
import { startMailedApp } from '../support/mailedApp.js';
import type { MailServer } from '../support/mailServer.js';
import type { TestApp } from '../support/testApp.js';

/** Passwords with composed characters, and the same ones with decomposed characters. */
const [first, second, third] = [
  'cr\u00e8me br\u00fbl\u00e9e',
  '\ud55c\uad6d\uc5b4 \ube44\ubc00\ubc88\ud638',
  '\u00e9'.repeat(256),
];
const decomposed = (password: string): string => password.normalize('NFD');

for (const mode of ['open', 'verified']) {
  describe(`composed and decomposed passwords with SIGNUP_MODE=${mode}`, () => {
    let app: TestApp;
    let mails: MailServer;
    before(async () => ({ app, mails } = await startMailedApp({ SIGNUP_MODE: mode })));
    after(() => app.close());

    it('are the same everywhere', async () => {
      const { email, ...rest } = newAccount();
      const status = async (...call: Parameters<TestApp['call']>): Promise<number> => (await app.call(...call)).status;
      await app.call('signUp', { body: { ...rest, email, password: decomposed(first) } });
      const link = await mails.nextToken(email);
      expect(await status('verifyEmail', { body: { token: link, password: first } })).to.equal(200);
      for (const password of [first, decomposed(first)]) {
        expect((await logIn(app, { email, password })).status).to.equal(200);
      }

      const { token } = heldBy(await logIn(app, { email, password: first }));
      const change = { current_password: first, new_password: decomposed(second) };
      expect(await status('changePassword', { token, body: change })).to.equal(204);
      expect((await logIn(app, { email, password: second })).status).to.equal(200);
      const { email: next } = newAccount();
      expect(await status('changeEmail', { token, body: { email: next, password: second } })).to.equal(202);
      const changeLink = await mails.nextToken(next);
      const proof = { token: changeLink, password: decomposed(second) };
      expect(await status('verifyEmail', { body: proof })).to.equal(200);

      await app.call('forgotPassword', { body: { email: next } });
      const reset = await mails.nextToken(next);
      expect(await status('resetPassword', { body: { token: reset, password: third } })).to.equal(200);
      for (const password of [third, decomposed(third)]) {
        expect((await logIn(app, { email: next, password })).status).to.equal(200);
      }
    });

    it('have a length that does not depend on the form', async () => {
      const lengths = {
        7: { message: 'must NOT have fewer than 8 characters', rule: 'minLength', limit: 8 },
        257: { message: 'must NOT have more than 256 characters', rule: 'maxLength', limit: 256 },
      };
      for (const [length, broken] of Object.entries(lengths)) {
        const body = { ...newAccount(), password: decomposed('\ud55c'.repeat(Number(length))) };
        const { errors } = (await app.call('signUp', { body })).body as { errors: unknown[] };
        expect(errors).to.deep.equal([{ path: '/body/password', ...broken }]);
      }
      const body = { ...newAccount(), password: decomposed('\ud55c'.repeat(256)) };
      expect((await app.call('signUp', { body })).status).to.equal(mode === 'open' ? 201 : 202);
    });
  });
}
