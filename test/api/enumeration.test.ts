import { expect } from 'chai';
import { newAccount, signedInAccount } from '../support/accounts.js';
import { median } from '../support/median.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

const people = 200;

describe('the time of an answer', () => {
  let app: TestApp;
  let known: string[];
  before(async () => {
    const limits = { SIGN_IN_FAILURES_MAX: '1000000', SIGN_IN_ADDRESS_FAILURES_MAX: '1000000' };
    app = await startTestApp({ ...limits, BCRYPT_COST: '6', HASH_THREADS: '1' });
    const { id } = await signedInAccount(app);
    known = Array.from({ length: people }, () => newAccount().email);
    await app.sequelize.query(
      `INSERT INTO users (id, email, password_hash, first_name, last_name)
       SELECT gen_random_uuid(), email, password_hash, first_name, last_name
       FROM unnest($2::text[]) AS email, (SELECT password_hash, first_name, last_name FROM users WHERE id = $1) AS someone`,
      { bind: [id, known] },
    );
  });
  after(() => app.close());

  for (const [operationId, status, fields] of [
    ['logIn', 401, { password: 'not the password' }],
    ['forgotPassword', 202, {}],
  ] as const) {
    it(`of ${operationId} does not tell whether an address has an account`, async function () {
      this.timeout(120_000);
      const ask = async (email: string): Promise<number> => {
        const begin = performance.now();
        const response = await app.call(operationId, { body: { email, ...fields } });
        expect(response.status).to.equal(status);
        return performance.now() - begin;
      };
      // In turns, so that whatever else the machine does meets both, and each goes first as often as the other.
      const ratio = async (): Promise<number> => {
        const times = { known: [] as number[], unknown: [] as number[] };
        for (const [n, email] of known.entries()) {
          const asks = [
            async () => times.known.push(await ask(email)),
            async () => times.unknown.push(await ask(newAccount().email)),
          ];
          for (const turn of n % 2 === 0 ? asks : asks.reverse()) await turn();
        }
        return median(times.known) / median(times.unknown);
      };
      // A busy machine may spoil some measurements; an answer that tells does so in each.
      const ratios: number[] = [];
      do ratios.push(await ratio());
      while (Math.abs(ratios.at(-1)! - 1) > 0.1 && ratios.length < 12);
      expect(ratios.at(-1), `known addresses of unknown ones: ${ratios.join(', ')}`).to.be.closeTo(1, 0.1);
    });
  }
});
