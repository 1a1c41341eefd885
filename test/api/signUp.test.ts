import { expect } from 'chai';
import { newAccount } from '../support/accounts.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

describe('signUp', () => {
  let app: TestApp;
  before(async () => (app = await startTestApp()));
  after(() => app.close());

  it('makes an account and shows it without its hash', async () => {
    const body = newAccount();
    const response = await app.call('signUp', { body });
    expect(response.status).to.equal(201);
    expect(response.body).to.have.property('message').that.is.a('string');
    const { user } = response.body as { user: Record<string, unknown> };
    expect(user).to.include({ email: body.email, first_name: 'Grace', last_name: 'Hopper', is_active: true });
    expect(user).to.have.all.keys('id', 'email', 'first_name', 'last_name', 'is_active', 'created_at', 'updated_at');
    expect(response.text).not.to.contain(body.password).and.not.to.contain('$2b$');
  });

  it('makes one account of twenty simultaneous sign-ups with one address', async () => {
    const body = newAccount();
    const forms = Array.from({ length: 20 }, (_, index) => (index % 2 ? body.email.toUpperCase() : ` ${body.email} `));
    const responses = await Promise.all(forms.map((email) => app.call('signUp', { body: { ...body, email } })));
    const statuses = responses.map(({ status }) => status).sort();
    expect(statuses).to.deep.equal([201, ...Array<number>(19).fill(409)]);
    const [rows] = await app.sequelize.query('SELECT email FROM users WHERE email = $1', { bind: [body.email] });
    expect(rows).to.have.length(1);
  });
});
