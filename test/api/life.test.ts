import { expect } from 'chai';
import type { Response } from 'supertest';
import { heldBy, newAccount } from '../support/accounts.js';
import { MailServer } from '../support/mailServer.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

/** One person from the first day to the last, over HTTP and with real mail. Each step stands on those before it. */
describe('the life of an account', () => {
  let mails: MailServer;
  let app: TestApp;
  before(async () => {
    mails = await MailServer.start();
    app = await startTestApp({ SMTP_URL: mails.url, REQUIRE_VERIFIED_EMAIL: 'true' });
  });
  after(async () => {
    await app.close();
    await mails.close();
  });

  const { email: firstEmail, password: firstPassword, ...names } = newAccount();
  let email = firstEmail;
  let password = firstPassword;
  /** What the two devices hold. */
  let laptop: ReturnType<typeof heldBy>;
  let phone: ReturnType<typeof heldBy>;

  const codeOf = ({ body }: Response): string | undefined => (body as { code?: string }).code;
  const whoAmI = ({ token }: { token: string }): Promise<Response> => app.call('getCurrentUser', { token });
  const logIn = (): Promise<Response> => app.call('logIn', { body: { email, password } });
  const refresh = (refreshToken: string): Promise<Response> =>
    app.call('refreshTokens', { body: { refresh_token: refreshToken } });

  it('begins with a sign-up', async () => {
    expect((await app.call('signUp', { body: { email, password, ...names } })).status).to.equal(201);
    expect(codeOf(await logIn())).to.equal('email_not_verified');
  });

  it('is confirmed by the link in a mail', async () => {
    const token = await mails.nextToken(email);
    expect((await app.call('verifyEmail', { body: { token, password } })).status).to.equal(200);
  });

  it('signs in on two devices', async () => {
    laptop = heldBy(await logIn());
    phone = heldBy(await logIn());
    const { items } = (await app.call('listSessions', { token: laptop.token })).body as { items: { id: string }[] };
    expect(items.map(({ id }) => id)).to.deep.equal([phone.sessionId, laptop.sessionId]);
  });

  it('loses the phone, and ends its session', async () => {
    const ended = await app.call('endSession', { token: laptop.token, path: { session_id: phone.sessionId } });
    expect(ended.status).to.equal(204);
    expect(codeOf(await whoAmI(phone))).to.equal('session_ended');
    expect((await whoAmI(laptop)).status).to.equal(200);
    phone = heldBy(await logIn());
  });

  it('changes the password, which signs the new phone out too', async () => {
    const body = { current_password: password, new_password: 'a second horse battery staple' };
    expect((await app.call('changePassword', { token: laptop.token, body })).status).to.equal(204);
    password = body.new_password;
    expect((await mails.next(email)).subject).to.equal('Your password has been changed');
    expect(codeOf(await whoAmI(phone))).to.equal('session_ended');
    phone = heldBy(await logIn());
  });

  it('loses the answer of a refresh, and goes on', async () => {
    await refresh(laptop.refreshToken);
    const again = await refresh(laptop.refreshToken);
    expect(again.status).to.equal(200);
    laptop = heldBy(again);
    expect((await whoAmI(laptop)).status).to.equal(200);
  });

  it('is robbed of a refresh token, whose use ends that session and no other', async () => {
    const stolen = phone.refreshToken;
    for (let n = 0; n < 2; n += 1) phone = heldBy(await refresh(phone.refreshToken));
    expect(codeOf(await refresh(stolen))).to.equal('refresh_token_reused');
    expect(codeOf(await whoAmI(phone))).to.equal('session_ended');
    expect((await whoAmI(laptop)).status).to.equal(200);
  });

  it('forgets the password, and chooses another', async () => {
    await app.call('forgotPassword', { body: { email } });
    const token = await mails.nextToken(email);
    password = 'a third horse battery staple';
    expect((await app.call('resetPassword', { body: { token, password } })).status).to.equal(200);
    expect((await mails.next(email)).subject).to.equal('Your password has been changed');
    expect(codeOf(await whoAmI(laptop))).to.equal('session_ended');
    laptop = heldBy(await logIn());
  });

  it('moves to another address', async () => {
    const { email: next } = newAccount();
    const body = { email: next, password };
    expect((await app.call('changeEmail', { token: laptop.token, body })).status).to.equal(202);
    expect((await mails.next(email)).subject).to.equal('Your email address is about to change');
    const token = await mails.nextToken(next);
    expect((await app.call('verifyEmail', { body: { token, password } })).status).to.equal(200);
    expect(codeOf(await logIn())).to.equal('invalid_credentials');
    email = next;
    expect((await logIn()).status).to.equal(200);
  });

  it('ends, and nothing is left', async () => {
    expect((await app.call('deleteCurrentUser', { token: laptop.token, body: { password } })).status).to.equal(204);
    expect(codeOf(await whoAmI(laptop))).to.equal('session_ended');
    expect(codeOf(await logIn())).to.equal('invalid_credentials');
    const [rows] = await app.sequelize.query('SELECT 1 FROM users UNION ALL SELECT 1 FROM sessions');
    expect(rows).to.deep.equal([]);
    expect(mails.received).to.deep.equal([]);
  });
});
