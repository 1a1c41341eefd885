import { expect } from 'chai';
import { normalizeEmail } from '../../src/domain/emailAddress.js';

describe('normalizeEmail', () => {
  const forms: [what: string, address: string, normalised: string][] = [
    ['is kept in lower case', 'Grace.Hopper@Example.COM', 'grace.hopper@example.com'],
    ['loses the space around it', ' \t\u00a0grace@example.com\r\n', 'grace@example.com'],
    ['is one, however its letters are composed', 'jose\u0301@example.com', 'jos\u00e9@example.com'],
    ['is one in capitals that have no composed form', 'J\u030c@example.com', '\u01f0@example.com'],
    ['keeps its dots and its tag', 'g.hopper+audit@example.com', 'g.hopper+audit@example.com'],
  ];
  for (const [what, address, normalised] of forms) {
    it(what, () => expect(normalizeEmail(address)).to.equal(normalised));
  }

  it('is idempotent', () => {
    for (const [, address] of forms) expect(normalizeEmail(normalizeEmail(address))).to.equal(normalizeEmail(address));
  });
});
