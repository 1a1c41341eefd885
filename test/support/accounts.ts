import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import type { Response } from 'supertest';
import { codeOf, type Sent, type TestApp } from './testApp.js';

export interface TestAccount {
  id: string;
  email: string;
  password: string;
  token: string;
  refreshToken: string;
  sessionId: string;
}

/** The fields of a sign-up, with an unused address. */
export function newAccount(): { email: string; password: string; first_name: string; last_name: string } {
  return {
    email: `${randomBytes(8).toString('hex')}@example.com`,
    password: 'correct horse battery staple',
    first_name: 'Grace',
    last_name: 'Hopper',
  };
}

/** The ids and tokens in the response of a login or a refresh. */
export function heldBy({ body }: Response): Pick<TestAccount, 'id' | 'token' | 'refreshToken' | 'sessionId'> {
  const { user, access_token: token, refresh_token: refreshToken, session_id: sessionId } = body as LoginBody;
  return { id: user.id, token, refreshToken, sessionId };
}

type LoginBody = Record<'access_token' | 'refresh_token' | 'session_id', string> & { user: { id: string } };

/** Logs in with an address and a password; `sent` adds to the request. */
export function logIn(
  app: TestApp,
  { email, password }: Pick<TestAccount, 'email' | 'password'>,
  sent?: Sent,
): Promise<Response> {
  return app.call('logIn', { body: { email, password }, ...sent });
}

/** A new account that is logged in. */
export async function signedInAccount(app: TestApp): Promise<TestAccount> {
  const { email, password, ...names } = newAccount();
  const signup = await app.call('signUp', { body: { email, password, ...names } });
  expect(signup.status, signup.text).to.equal(201);
  const login = await logIn(app, { email, password });
  expect(login.status, login.text).to.equal(200);
  return { ...heldBy(login), email, password };
}

/** A new account that is logged in and has the role admin. */
export async function signedInAdmin(app: TestApp): Promise<TestAccount> {
  const account = await signedInAccount(app);
  await app.sql(`UPDATE users SET role = 'admin' WHERE id = $1`, account.id);
  return account;
}

/** The error code with which getCurrentUser rejects an access token; undefined if it accepts the token. */
export async function tokenError(app: TestApp, token: string): Promise<string | undefined> {
  return codeOf(await app.call('getCurrentUser', { token }));
}
