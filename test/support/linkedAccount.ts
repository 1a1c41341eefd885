import { heldBy, logIn, newAccount, signedInAccount, type TestAccount } from './accounts.js';
import type { MailServer } from './mailServer.js';
import type { TestApp } from './testApp.js';

/** An account with a second session and the tokens of one link of each kind. */
export interface LinkedAccount extends TestAccount {
  otherToken: string;
  verifyLink: string;
  resetLink: string;
  changeLink: string;
}

export async function linkedAccount(app: TestApp, mails: MailServer): Promise<LinkedAccount> {
  const account = await signedInAccount(app);
  const { email, password, token } = account;
  const verifyLink = await mails.nextToken(email);
  await app.call('forgotPassword', { body: { email } });
  const resetLink = await mails.nextToken(email);
  const { email: next } = newAccount();
  await app.call('changeEmail', { token, body: { email: next, password } });
  await mails.next(email);
  const changeLink = await mails.nextToken(next);
  const { token: otherToken } = heldBy(await logIn(app, account));
  return { ...account, otherToken, verifyLink, resetLink, changeLink };
}
