import { expect } from 'chai';
import { heldBy, logIn, newAccount, signedInAccount, signedInAdmin } from '../support/accounts.js';
import { startTestApp, type Sent, type TestApp } from '../support/testApp.js';

describe('the log', () => {
  let app: TestApp;
  before(async () => (app = await startTestApp()));
  after(() => app.close());

  /** Calls an operation and returns the event that it logs. */
  async function eventOf(operationId: string, sent: Sent, by = app): Promise<Record<string, unknown>> {
    const { headers } = await by.call(operationId, sent);
    const events = by.logLines(headers['x-request-id']).filter((line) => 'event' in line);
    expect(events, operationId).to.have.length(1);
    return events[0]!;
  }

  it('has one line for each request', async () => {
    const { token, id } = await signedInAccount(app);
    const headers = { 'X-Request-Id': 'abc-123' };
    const response = await app.call('getCurrentUser', { token, headers });
    expect(response.headers).to.have.property('x-request-id', 'abc-123');
    const lines = app.logLines('abc-123');
    expect(lines).to.have.length(1);
    expect(lines[0]).to.include({
      level: 'info',
      method: 'GET',
      path: '/api/v1/users/me',
      operation: 'getCurrentUser',
      status: 200,
      user_id: id,
    });
    expect(lines[0]).to.have.property('duration_ms').that.is.a('number');
    expect(lines[0]!['time']).to.match(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it('ignores a malformed request id', async () => {
    for (const wrong of ['', 'a b', 'x'.repeat(129), '<script>', '{"a":1}']) {
      const response = await app.request('get', '/').set('X-Request-Id', wrong);
      expect(response.headers['x-request-id'], wrong).to.match(/^[0-9a-f-]{36}$/);
    }
  });

  it('has events for sign-ups, logins and failed logins', async () => {
    const { email, password, ...names } = newAccount();
    const signedUp = await eventOf('signUp', { body: { email, password, ...names } });
    expect(signedUp).to.include({ event: 'signed_up' });
    const userId = signedUp['user_id'];
    expect(userId).to.match(/^[0-9a-f-]{36}$/);
    const signedIn = await eventOf('logIn', { body: { email, password } });
    expect(signedIn).to.include({ event: 'signed_in', user_id: userId });
    const failed = { event: 'sign_in_failed', level: 'warning', reason: 'invalid_credentials' };
    const wrong = await eventOf('logIn', { body: { email, password: 'wrong' } });
    expect(wrong).to.include({ ...failed, user_id: userId });
    const unknown = await eventOf('logIn', { body: { email: newAccount().email, password } });
    expect(unknown).to.include({ ...failed, user_id: null });
  });

  it('has an event with the reason when a login with the right password is rejected', async () => {
    const strict = await startTestApp({ REQUIRE_VERIFIED_EMAIL: 'true', DATABASE_URL: app.databaseUrl });
    const { id, email, password } = await signedInAccount(app);
    const failed = { event: 'sign_in_failed', level: 'warning', user_id: id, ip: '127.0.0.1' };
    const login = { body: { email, password } };
    expect(await eventOf('logIn', login, strict)).to.include({ ...failed, reason: 'email_not_verified' });
    await app.sql('UPDATE users SET is_active = false WHERE id = $1', id);
    expect(await eventOf('logIn', login)).to.include({ ...failed, reason: 'account_inactive' });
    await strict.close();
  });

  it('has an event with actor and target for each change', async () => {
    const admin = await signedInAdmin(app);
    const leaver = await signedInAccount(app);
    const account = await signedInAccount(app);
    const { id, password, token } = account;
    const { sessionId } = heldBy(await logIn(app, account));
    const own = (body: object): Sent => ({ token, body });
    const asAdmin = (body?: object): Sent => ({ token: admin.token, path: { user_id: id }, ...(body && { body }) });
    const byAdmin = { user_id: admin.id, target_user_id: id };
    const change = (current: string): Sent => own({ current_password: current, new_password: password });
    const steps: [string, Sent, object][] = [
      ['changePassword', change('wrong'), { event: 'wrong_password', user_id: id, level: 'warning' }],
      ['endSession', { token, path: { session_id: sessionId } }, { event: 'session_revoked', user_id: id, session_id: sessionId }],
      ['changePassword', change(password), { event: 'password_changed', user_id: id, how: 'changed' }],
      ['logOut', own({ scope: 'others' }), { event: 'signed_out', user_id: id, scope: 'others' }],
      ['updateUser', asAdmin({ role: 'user' }), { event: 'access_changed', ...byAdmin }],
      ['unlockUser', asAdmin(), { event: 'unlocked', ...byAdmin }],
      ['revokeUserSessions', asAdmin(), { event: 'sessions_revoked', ...byAdmin }],
      ['deleteCurrentUser', { token: leaver.token, body: { password } }, { event: 'account_deleted', user_id: leaver.id }],
    ]; // prettier-ignore
    for (const [operationId, sent, wanted] of steps) {
      expect(await eventOf(operationId, sent), operationId).to.include({ ip: '127.0.0.1', ...wanted });
    }
  });

  it('never contains passwords, tokens, Authorization headers, email addresses or bodies', async () => {
    const { email, password, ...names } = newAccount();
    const secret = 'unmistakable secret';
    await app.call('signUp', { body: { email, password: secret, ...names } });
    await app.call('signUp', { body: { email, password: secret, ...names } });
    const login = await app.call('logIn', { body: { email, password: secret } });
    await app.call('logIn', { body: { email, password: `${secret}!` } });
    const { access_token: token } = login.body as { access_token: string };
    await app.call('getCurrentUser', { token });
    await app.call('getCurrentUser', { token: `${token}x` });
    await app.call('updateCurrentUser', { token, body: { first_name: secret } });
    await app.call('updateCurrentUser', { token, body: { first_name: secret, more: secret } });
    await app.call('logIn', { body: `{"password": "${secret}"`, headers: { 'Content-Type': 'application/json' } });
    await app.call('getCurrentUser', { token, query: { access_token: token, email } });
    await app.request('get', `/nothing?password=${secret.replace(' ', '%20')}`).set('Cookie', `sid=${secret}`);
    for (const [what, text] of Object.entries({ secret, password, token, email, encoded: 'unmistakable%20' })) {
      expect(app.logText().includes(text), what).to.equal(false);
    }
  });

  it('omits requests but not failed logins at level warning', async () => {
    const quiet = await startTestApp({ LOG_LEVEL: 'warning' });
    await quiet.call('getServiceIndex');
    await logIn(quiet, newAccount());
    expect(quiet.logLines().map(({ event }) => event)).to.deep.equal(['sign_in_failed']);
    await quiet.close();
  });
});
