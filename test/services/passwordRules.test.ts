import { expect } from 'chai';
import { PasswordRefusedError } from '../../src/errors.js';
import type { BreachedPasswords } from '../../src/integrations/breachedPasswords.js';
import { PasswordRules } from '../../src/services/passwordRules.js';

const ada = { email: 'ada.byron@engine.example', firstName: 'Ada', lastName: 'Lovelace' };

async function reason(password: string, breached?: BreachedPasswords, log: object[] = []): Promise<string | undefined> {
  const rules = new PasswordRules('Smart Audit Agent', breached, { warn: (line: object) => void log.push(line) });
  const refusal = await rules.assertGood(password, ada, '/body/new_password').catch((error: unknown) => error);
  if (refusal === undefined) return undefined;
  expect(refusal).to.be.an.instanceOf(PasswordRefusedError).with.property('statusCode', 400);
  const { code, errors } = refusal as PasswordRefusedError;
  expect(errors?.[0]?.path).to.equal('/body/new_password');
  return code;
}

describe('a new password', () => {
  it('is refused when it is a common one, in any case', async () => {
    for (const password of ['password', '12345678', 'iloveyou', 'PassWord1', 'qwertyuiop', 'trustno1']) {
      expect(await reason(password), password).to.equal('password_too_common');
    }
  });

  it('is refused when it is built from names, the address or the application', async () => {
    for (const password of [
      'AdaLovelace',
      'lovelace1815',
      'LOVELACE!!',
      'ada.byron@engine.example',
      'byron-engine-7',
      'smartaudit2026',
      'Ádá Lóvelace 1',
      'xAdaxLovelacex',
    ]) {
      expect(await reason(password), password).to.equal('password_too_personal');
    }
  });

  it('may hold a name among enough else', async () => {
    for (const password of ['lovelace likes horse batteries', 'adamantium staple', 'correct horse battery staple']) {
      expect(await reason(password), password).to.equal(undefined);
    }
  });

  it('has no other rules', async () => {
    for (const password of [
      'lorenipsumdo',
      '        x        ',
      'password\n12345678',
      '🐎🔋📎🐎🔋📎🐎🔋',
      'ééééééééé',
    ]) {
      expect(await reason(password), password).to.equal(undefined);
    }
  });

  it('is refused when it has been in a breach', async () => {
    expect(await reason('some long password', { has: async () => true })).to.equal('password_breached');
    expect(await reason('some long password', { has: async () => false })).to.equal(undefined);
  });

  it('is taken when breaches cannot be looked up, which is logged', async () => {
    const log: object[] = [];
    const broken = { has: () => Promise.reject(new Error('no answer')) };
    expect(await reason('some long password', broken, log)).to.equal(undefined);
    expect(log).to.have.length(1);
    expect(log[0]).to.include({ event: 'breached_passwords_unavailable' });
  });
});
