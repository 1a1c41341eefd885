import { expect } from 'chai';
import { SigningKeys } from '../../src/security/signingKeys.js';
import { forgedToken } from '../support/accessTokens.js';
import { heldBy, logIn, newAccount, signedInAccount, tokenError, type TestAccount } from '../support/accounts.js';
import { MailServer } from '../support/mailServer.js';
import { startTestApp, type TestApp } from '../support/testApp.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';

const [oldKey, newKey] = ['the key of last year, thirty-two bytes', 'the key of this year, thirty-two bytes'];

describe('signing key rotation', () => {
  let database: TestDatabase;
  let before: TestApp;
  let after: TestApp;
  let mails: MailServer;
  let account: TestAccount;

  beforeEach(async () => {
    database = await createTestDatabase();
    mails = await MailServer.start();
    before = await startTestApp({ DATABASE_URL: database.url, SECRET_KEY: oldKey });
    account = await signedInAccount(before);
  });
  afterEach(async () => {
    await before.close();
    await after.close();
    await mails.close();
    await database.drop();
  });

  async function rotate(settings: Record<string, string>): Promise<void> {
    after = await startTestApp({ DATABASE_URL: database.url, SECRET_KEY: newKey, ...settings });
  }

  it('accepts tokens of the previous key and signs with the new one', async () => {
    await rotate({ SECRET_KEY_PREVIOUS: oldKey });
    expect(await tokenError(after, account.token)).to.equal(undefined);
    const { token } = heldBy(await logIn(after, account));
    const kid = new SigningKeys(newKey).current.id;
    expect(JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString())).to.include({ kid });
    expect(await tokenError(before, token)).to.equal('token_signature_invalid');
  });

  it('rejects tokens of the previous key once it is removed', async () => {
    await rotate({});
    expect(await tokenError(after, account.token)).to.equal('token_signature_invalid');
  });

  it('rejects a token that only claims to be signed with the previous key', async () => {
    await rotate({ SECRET_KEY_PREVIOUS: oldKey });
    const header = { kid: new SigningKeys(oldKey).current.id };
    for (const secret of [newKey, 'neither of the two']) {
      const token = forgedToken(new SigningKeys(secret).current.key, account, { header });
      expect(await tokenError(after, token)).to.equal('token_signature_invalid');
    }
  });

  it('accepts existing refresh tokens', async () => {
    await rotate({});
    const { status } = await after.call('refreshTokens', { body: { refresh_token: account.refreshToken } });
    expect(status).to.equal(200);
  });

  it('sends working links in mails queued before the rotation', async () => {
    const person = newAccount();
    await before.call('signUp', { body: person });
    await rotate({ SECRET_KEY_PREVIOUS: oldKey, SMTP_URL: mails.url });
    const token = await mails.nextToken(person.email);
    const { password } = person;
    expect((await after.call('verifyEmail', { body: { token, password } })).status).to.equal(200);
  });
});
