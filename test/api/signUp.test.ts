import { expect } from 'chai';
import { newAccount } from '../support/accounts.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

interface InvalidInput {
  errors: { path: string; message: string }[];
}

interface SignedUp {
  user: Record<string, unknown>;
}

describe('signUp', () => {
  let app: TestApp;
  before(async () => (app = await startTestApp()));
  after(() => app.close());

  for (const [password, code] of [
    ['Password123', 'password_too_common'],
    ['HopperGrace1', 'password_too_personal'],
  ] as const) {
    it(`rejects a weak password: ${code}`, async () => {
      const response = await app.call('signUp', { body: { ...newAccount(), password } });
      expect(response.body).to.nested.include({ status_code: 400, code, 'errors.length': 1 });
      expect(response.body).to.nested.include({ 'errors[0].path': '/body/password' });
      expect(response.text).not.to.contain(password);
    });
  }

  it('creates an account and returns it without its hash', async () => {
    const body = newAccount();
    const response = await app.call('signUp', { body });
    expect(response.status).to.equal(201);
    expect(response.headers).to.have.property('cache-control', 'no-store');
    expect(response.body).to.include({ message: 'Your account has been created. You can log in now.' });
    const { user } = response.body as SignedUp;
    expect(user).to.include({ email: body.email, first_name: 'Grace', last_name: 'Hopper', is_active: true });
    const rest = ['role', 'is_active', 'email_verified_at', 'created_at', 'updated_at'];
    expect(user).to.have.all.keys('id', 'email', 'first_name', 'last_name', ...rest);
    expect(response.text).not.to.contain(body.password).and.not.to.contain('bcrypt');
  });

  it('stores the address in lower case without surrounding whitespace', async () => {
    const body = newAccount();
    const response = await app.call('signUp', { body: { ...body, email: `  ${body.email.toUpperCase()}\t` } });
    expect(response.status).to.equal(201);
    expect((response.body as SignedUp).user).to.include({ email: body.email });
  });

  it('rejects a taken address in any spelling', async () => {
    const body = newAccount();
    await app.call('signUp', { body });
    for (const email of [body.email, body.email.toUpperCase(), ` ${body.email} `]) {
      const response = await app.call('signUp', { body: { ...body, email } });
      expect(response.body, email).to.include({ status_code: 409, code: 'email_taken' });
    }
  });

  it('creates one account for twenty concurrent sign-ups with one address', async () => {
    const body = newAccount();
    const forms = Array.from({ length: 20 }, (_, index) => (index % 2 ? body.email.toUpperCase() : ` ${body.email} `));
    const responses = await Promise.all(forms.map((email) => app.call('signUp', { body: { ...body, email } })));
    const statuses = responses.map(({ status }) => status).sort();
    expect(statuses).to.deep.equal([201, ...Array<number>(19).fill(409)]);
    expect(await app.sql('SELECT 1 FROM users WHERE email = $1', body.email)).to.have.length(1);
  });

  for (const name of ['李', 'Łukasz', "O'Brien-Smith", '𠮷野', 'محمد', 'Ada 👩‍💻', 'x'.repeat(100), '👩'.repeat(100)]) {
    it(`accepts the name ${name.slice(0, 20)} and returns it unchanged`, async () => {
      const response = await app.call('signUp', { body: { ...newAccount(), first_name: name, last_name: name } });
      expect(response.status, response.text).to.equal(201);
      expect((response.body as SignedUp).user).to.include({ first_name: name, last_name: name });
    });
  }

  for (const local of ["o'brien+tag", 'a.b-c_d', '!#$%&*/=?^`{|}~', 'jos\u00e9', '\u7528\u6237']) {
    it(`accepts an address that begins with ${local}`, async () => {
      const email = newAccount().email.replace(/^/, local);
      expect((await app.call('signUp', { body: { ...newAccount(), email } })).status).to.equal(201);
    });
  }

  for (const domain of [
    '3m.example',
    'a--b.example',
    'b\u00fccher.example',
    'xn--bcher-kva.museum',
    '\u4f8b\u3048.\u30c6\u30b9\u30c8',
  ]) {
    it(`accepts an address at ${domain}`, async () => {
      const email = newAccount().email.replace(/@.*/, `@${domain}`);
      expect((await app.call('signUp', { body: { ...newAccount(), email } })).status).to.equal(201);
    });
  }

  const refusals: [string, object, string, RegExp][] = [
    ['an empty name', { first_name: '' }, '/body/first_name', /fewer than 1/],
    ['a name of spaces', { last_name: '   ' }, '/body/last_name', /visible character/],
    ['a name of zero width spaces', { first_name: '\u200b\u200b' }, '/body/first_name', /visible character/],
    ['a name of empty Braille patterns', { first_name: '\u2800' }, '/body/first_name', /visible character/],
    ['a name of Hangul fillers', { last_name: ' \u3164\u115f' }, '/body/last_name', /visible character/],
    ['a name of 101 characters', { first_name: '👩'.repeat(101) }, '/body/first_name', /more than 100/],
    ['a control character in a name', { first_name: 'A\u0007da' }, '/body/first_name', /control characters/],
    ['a line break in a name', { first_name: 'A\nda' }, '/body/first_name', /control characters/],
    ['NUL in a name', { first_name: 'A\u0000da' }, '/body/first_name', /control characters/],
    ['half a surrogate pair in a name', { first_name: 'A\ud800da' }, '/body/first_name', /control characters/],
    ['a name that is a number', { first_name: 7 }, '/body/first_name', /must be string/],
    ['a name that is null', { first_name: null }, '/body/first_name', /must be string/],
    ['a password of 7 characters', { password: '1234567' }, '/body/password', /fewer than 8/],
    ['a password of 257 characters', { password: 'x'.repeat(257) }, '/body/password', /more than 256/],
    ['NUL in a password', { password: '12345678\u0000' }, '/body/password', /NUL/],
    ['half a surrogate pair in a password', { password: '12345678\udc00' }, '/body/password', /surrogate/],
    ['two addresses in one', { email: 'foo,eve@example.com' }, '/body/email', /email address/],
    ['an address in brackets', { email: 'x<eve@example.com>' }, '/body/email', /email address/],
    ['an address without a domain', { email: 'ada' }, '/body/email', /email address/],
    ['an address with a domain of one label', { email: 'ada@example' }, '/body/email', /email address/],
    ['an address with two @', { email: 'a@b@example.com' }, '/body/email', /email address/],
    ['an address with a space inside', { email: 'a da@example.com' }, '/body/email', /email address/],
    ['NUL in an address', { email: 'a\u0000da@example.com' }, '/body/email', /email address/],
    ['a line break in an address', { email: 'ada@example.com\nbcc:x@example.com' }, '/body/email', /email address/],
    ['an invisible character in an address', { email: 'a\u200bda@example.com' }, '/body/email', /email address/],
    ['an address of 255 characters', { email: `${'x'.repeat(243)}@example.com` }, '/body/email', /more than 254/],
    ['an address with two dots in a row', { email: 'b..b@example.com' }, '/body/email', /email address/],
    ['an address that begins with a dot', { email: '.b@example.com' }, '/body/email', /email address/],
    ['an address with a dot before the @', { email: 'b.@example.com' }, '/body/email', /email address/],
    ['an address with a path', { email: 'user@example.com/x' }, '/body/email', /email address/],
    ['an address with an underscore in its domain', { email: 'a@exam_ple.com' }, '/body/email', /email address/],
    ['a domain that begins with a hyphen', { email: 'a@-example.com' }, '/body/email', /email address/],
    ['a domain that ends with a hyphen', { email: 'a@example-.com' }, '/body/email', /email address/],
    ['a domain with a label of 70 letters', { email: `a@${'x'.repeat(70)}.com` }, '/body/email', /can exist/],
    ['an address at an IPv4 address', { email: 'a@192.0.2.7' }, '/body/email', /can exist/],
    ['65 bytes before the @', { email: `${'x'.repeat(65)}@example.com` }, '/body/email', /64 bytes/],
    ['an address that is a list', { email: ['ada@example.com'] }, '/body/email', /must be string/],
    ['a missing field', { last_name: undefined }, '/body/last_name', /required/],
  ];
  for (const [what, change, path, rule] of refusals) {
    it(`rejects ${what}, naming the field and the rule`, async () => {
      const response = await app.call('signUp', { body: { ...newAccount(), ...change } });
      expect(response.status).to.equal(400);
      const { errors } = response.body as InvalidInput;
      const error = errors.find((each) => each.path === path);
      expect(error?.message, response.text).to.match(rule);
    });
  }

  it('reports all invalid fields at once', async () => {
    const response = await app.call('signUp', { body: { email: 'x', password: 'y', first_name: '' } });
    const { errors } = response.body as InvalidInput;
    const fields = ['email', 'password', 'first_name', 'last_name'];
    expect(errors.map(({ path }) => path)).to.include.members(fields.map((field) => `/body/${field}`));
  });

  it('never repeats a password in its answer', async () => {
    const response = await app.call('signUp', { body: { ...newAccount(), password: 'hush\u0000hush!' } });
    expect(response.status).to.equal(400);
    expect(response.text).not.to.contain('hush');
  });

  it('does not let a body change a prototype', async () => {
    const body = JSON.stringify(newAccount()).replace('{', '{"__proto__":{"is_active":false},"constructor":{"x":1},');
    const response = await app.call('signUp', { body, headers: { 'Content-Type': 'application/json' } });
    expect(response.status).to.equal(400);
    expect(({} as Record<string, unknown>)['is_active']).to.equal(undefined);
  });
});
