import { expect } from 'chai';
import supertest, { type Response, type Test } from 'supertest';
import { heldBy, newAccount } from './accounts.js';
import type { MailServer } from './mailServer.js';

/** Sends a request, whose answer must have this status. */
export async function expectStatus(status: number, request: Test, token = '', body?: object): Promise<Response> {
  const response = await request.set('Authorization', `Bearer ${token}`).send(body);
  expect(response.status, response.text).to.equal(status);
  return response;
}

/** Does with an account of a server everything that its owner can do, and deletes it. */
export async function liveAccountLife(url: string, mails: MailServer): Promise<void> {
  const api = supertest(url);
  const post = (status: number, path: string, body: object): Promise<Response> =>
    expectStatus(status, api.post(path), '', body);
  const { email, password, ...names } = newAccount();
  await post(201, '/auth/signup', { email, password, ...names });
  await post(401, '/auth/login', { email, password: 'a wrong horse' });
  await post(200, '/auth/verify-email', { token: await mails.nextToken(email), password });
  const { refreshToken } = heldBy(await post(200, '/auth/login', { email, password }));
  const { token } = heldBy(await post(200, '/auth/refresh', { refresh_token: refreshToken }));
  const changed = await expectStatus(200, api.patch('/api/v1/users/me'), token, { first_name: 'Ada' });
  expect(changed.body).to.include({ email, first_name: 'Ada' }).and.not.to.include({ email_verified_at: null });

  await post(202, '/auth/forgot-password', { email });
  const chosen = 'a much better passphrase';
  await post(200, '/auth/reset-password', { token: await mails.nextToken(email), password: chosen });
  await expectStatus(401, api.get('/api/v1/users/me'), token);
  const last = heldBy(await post(200, '/auth/login', { email, password: chosen }));
  await expectStatus(204, api.post('/api/v1/users/me/deletion'), last.token, { password: chosen });
}
