import { expect } from 'chai';
import supertest, { type Response } from 'supertest';
import { newAccount } from './accounts.js';

export type Account = ReturnType<typeof newAccount>;

/** Signs up at a server. */
export async function signUpAt(url: string): Promise<Account> {
  const account = newAccount();
  const response = await supertest(url).post('/auth/signup').send(account);
  expect(response.status, response.text).to.equal(201);
  return account;
}

/** Logs in at a server, and returns the access token. */
export async function signInAt(url: string, { email, password }: Account): Promise<string> {
  const response = await supertest(url).post('/auth/login').send({ email, password });
  expect(response.status, response.text).to.equal(200);
  return (response.body as { access_token: string }).access_token;
}

/** Requests the account of an access token. */
export async function whoAmI(url: string, token: string): Promise<Response> {
  return supertest(url).get('/api/v1/users/me').set('Authorization', `Bearer ${token}`);
}
