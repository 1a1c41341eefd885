import { expect } from 'chai';
import { newAccount, signedInAccount } from '../support/accounts.js';
import { median } from '../support/median.js';
import { milliseconds } from '../support/milliseconds.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

const pairs = 200;

/** A skipped hash makes a difference of more than a half, even at the low cost used here; load on the machine one of 0.2. */
const toleratedDifference = 0.25;

describe('response times', () => {
  let app: TestApp;
  let known: string[];
  before(async () => {
    const limits = { SIGN_IN_FAILURES_MAX: '1000000', SIGN_IN_ADDRESS_FAILURES_MAX: '1000000' };
    app = await startTestApp({ ...limits, BCRYPT_COST: '6', HASH_THREADS: '1' });
    const { id } = await signedInAccount(app);
    known = Array.from({ length: pairs }, () => newAccount().email);
    await app.sql(
      `INSERT INTO users (id, email, password_hash, first_name, last_name)
       SELECT gen_random_uuid(), email, password_hash, first_name, last_name
       FROM unnest($2::text[]) AS email, (SELECT password_hash, first_name, last_name FROM users WHERE id = $1) AS someone`,
      id,
      known,
    );
  });
  after(() => app.close());

  for (const [operationId, mode, status, fields] of [
    ['logIn', 'open', 401, { password: 'not the password' }],
    ['forgotPassword', 'open', 202, {}],
    ['signUp', 'verified', 202, newAccount()],
  ] as const) {
    it(`do not reveal whether an address has an account: ${operationId}`, async function () {
      this.timeout(120_000);
      const settings = { SIGNUP_MODE: mode, SMTP_URL: 'smtp://127.0.0.1:1', DATABASE_URL: app.databaseUrl };
      const asked = mode === 'open' ? app : await startTestApp({ ...settings, BCRYPT_COST: '6', HASH_THREADS: '1' });
      const time = (email: string): Promise<number> =>
        milliseconds(async () => {
          const response = await asked.call(operationId, { body: { ...fields, email } });
          expect(response.status).to.equal(status);
        });
      for (let warmUp = 0; warmUp < 20; warmUp += 1) await time(newAccount().email);
      // Interleaved pairs, so that other load slows both of a pair; each kind goes first in half of them.
      const ratios: number[] = [];
      for (const [n, email] of known.entries()) {
        const { email: unknown } = newAccount();
        const [first, second] = n % 2 ? [email, unknown] : [unknown, email];
        const [one, other] = [await time(first), await time(second)];
        ratios.push(n % 2 ? one / other : other / one);
      }
      if (asked !== app) await asked.close();
      expect(median(ratios), 'median of time for a known address / time for an unknown one').to.be.closeTo(
        1,
        toleratedDifference,
      );
    });
  }
});
