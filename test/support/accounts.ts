import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import type { Response } from 'supertest';
import type { TestApp } from './testApp.js';

export interface TestAccount {
  id: string;
  email: string;
  password: string;
  token: string;
  refreshToken: string;
  sessionId: string;
}

/** Fields of a sign-up that nobody else has made. */
export function newAccount(): { email: string; password: string; first_name: string; last_name: string } {
  return {
    email: `${randomBytes(8).toString('hex')}@example.com`,
    password: 'correct horse battery staple',
    first_name: 'Grace',
    last_name: 'Hopper',
  };
}

/** What somebody goes on with after an answer with tokens. */
export function heldBy({ body }: Response): Pick<TestAccount, 'id' | 'token' | 'refreshToken' | 'sessionId'> {
  const { user, ...answer } = body as Record<'access_token' | 'refresh_token' | 'session_id', string> & {
    user: { id: string };
  };
  return {
    id: user.id,
    token: answer.access_token,
    refreshToken: answer.refresh_token,
    sessionId: answer.session_id,
  };
}

/** Somebody who has signed up and signed in, and whom somebody else has made an administrator. */
export async function signedInAdmin(app: TestApp): Promise<TestAccount> {
  const account = await signedInAccount(app);
  await app.sequelize.query(`UPDATE users SET role = 'admin' WHERE id = $1`, { bind: [account.id] });
  return account;
}

/** Somebody who has signed up and signed in. */
export async function signedInAccount(app: TestApp): Promise<TestAccount> {
  const { email, password, ...names } = newAccount();
  const signup = await app.call('signUp', { body: { email, password, ...names } });
  expect(signup.status, signup.text).to.equal(201);
  const login = await app.call('logIn', { body: { email, password } });
  expect(login.status, login.text).to.equal(200);
  return { ...heldBy(login), email, password };
}
