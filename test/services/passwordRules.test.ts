import { expect } from 'chai';
import { InvalidInputError, PasswordRefusedError } from '../../src/errors.js';
import type { BreachedPasswords } from '../../src/integrations/breachedPasswords.js';
import { PasswordRules } from '../../src/services/passwordRules.js';

const ada = { email: 'ada.byron@engine.example', firstName: 'Ada', lastName: 'Lovelace' };
const rules = new PasswordRules('Smart Audit Agent', undefined, { warn: () => undefined });

const cases: [what: string, code: string | undefined, passwords: string[]][] = [
  [
    'rejects common passwords in any case',
    'password_too_common',
    ['password', '12345678', 'iloveyou', 'PassWord1', 'qwertyuiop', 'trustno1'],
  ],
  [
    'rejects passwords built from the names, the address or the application',
    'password_too_personal',
    [
      ...['AdaLovelace', 'lovelace1815', 'LOVELACE!!', 'ada.byron@engine.example', 'byron-engine-7'],
      ...['smartaudit2026', 'Ádá Lóvelace 1', 'xAdaxLovelacex'],
    ],
  ],
  [
    'accepts a name among enough other words',
    undefined,
    ['lovelace likes horse batteries', 'adamantium staple', 'correct horse battery staple'],
  ],
  [
    'has no rules of composition',
    undefined,
    ['lorenipsumdo', '        x        ', 'password\n12345678', '🐎🔋📎🐎🔋📎🐎🔋', 'ééééééééé'],
  ],
];

describe('PasswordRules', () => {
  it('counts the characters of the normalised password', async () => {
    const decomposed = 'e\u0301'.repeat(7);
    const refusal = await rules.assertGood(decomposed, ada, '/body/new_password').catch((error: unknown) => error);
    expect(refusal)
      .to.be.an.instanceOf(InvalidInputError)
      .and.to.nested.include({ 'errors[0].path': '/body/new_password' });
    await rules.assertGood(`${decomposed}e\u0301`, ada);
  });

  it('looks up the normalised password among the breached ones', async () => {
    const asked: string[] = [];
    const breached = { has: async (password: string) => asked.push(password) > 1 } as unknown as BreachedPasswords;
    const strict = new PasswordRules('Smart Audit Agent', breached, { warn: () => undefined });
    await strict.assertGood('e\u0301tat de sie\u0300ge', ada);
    expect(asked).to.deep.equal(['\u00e9tat de si\u00e8ge']);
  });

  for (const [what, code, passwords] of cases) {
    it(what, async () => {
      for (const password of passwords) {
        const refusal = await rules.assertGood(password, ada, '/body/new_password').catch((error: unknown) => error);
        if (code === undefined) expect(refusal, password).to.equal(undefined);
        else
          expect(refusal, password)
            .to.be.an.instanceOf(PasswordRefusedError)
            .and.to.nested.include({ code, 'errors[0].path': '/body/new_password' });
      }
    });
  }
});
