import { expect } from 'chai';
import { asciiDomain, normalizeEmail, normalizeEmailPrefix, readableEmail } from '../../src/domain/emailAddress.js';

describe('normalizeEmail', () => {
  const forms: [what: string, address: string, normalised: string][] = [
    ['is kept in lower case', 'Grace.Hopper@Example.COM', 'grace.hopper@example.com'],
    ['loses the space around it', ' \t\u00a0grace@example.com\r\n', 'grace@example.com'],
    ['is one, however its letters are composed', 'jose\u0301@example.com', 'jos\u00e9@example.com'],
    ['is one in capitals that have no composed form', 'J\u030c@example.com', '\u01f0@example.com'],
    ['keeps its dots and its tag', 'g.hopper+audit@example.com', 'g.hopper+audit@example.com'],
    ['keeps the part before the @ in Unicode', 'JOSÉ@BÜCHER.example', 'josé@xn--bcher-kva.example'],
    ['is one with its domain decomposed', 'bob@bu\u0308cher.example', 'bob@xn--bcher-kva.example'],
    ['is one with its domain in ASCII', 'bob@XN--BCHER-KVA.example', 'bob@xn--bcher-kva.example'],
    ['is one with fullwidth letters and dots', 'bob@ｂücher。example．com', 'bob@xn--bcher-kva.example.com'],
    ['keeps deviation characters', 'bob@faß.example', 'bob@xn--fa-hia.example'],
    ['does not depend on the Unicode version for a capital', 'bob@FAẞ.example', 'bob@xn--fa-hia.example'],
  ];
  for (const [what, address, normalised] of forms) {
    it(what, () => expect(normalizeEmail(address)).to.equal(normalised));
  }

  // Addresses of earlier versions: their owners log in with them. None may become someone else's address.
  for (const domain of [
    ...['example.com/x', 'example.com?x', 'example.com#x', 'ex%61mple.com', '0x7f.1', '192.0.2.7', 'exam_ple.com'],
    ...[
      'example.com.',
      'xn--a.example',
      'xn--example-.com',
      'bü%63her.example',
      'bücher.example/x',
      'bücher.example\u3002',
      '①.②',
    ],
  ]) {
    it(`keeps ${domain}, which no mail server has`, () => {
      expect(asciiDomain(domain)).to.equal(undefined);
      expect(normalizeEmail(`BOB@${domain.toUpperCase()}`)).to.equal(`bob@${domain}`);
    });
  }

  it('is idempotent', () => {
    for (const [, address] of forms) expect(normalizeEmail(normalizeEmail(address))).to.equal(normalizeEmail(address));
  });
});

describe('normalizeEmailPrefix', () => {
  const prefixes: [prefix: string, normalised: string][] = [
    [' Bob', 'bob'],
    ['Bob@', 'bob@'],
    ['bob@Exam', 'bob@exam'],
    ['bob@example.', 'bob@example.'],
    ['bob@1', 'bob@1'],
    ['bob@bücher', 'bob@xn--bcher-kva'],
    ['bob@bücher.', 'bob@xn--bcher-kva.'],
    ['bob@BÜCHER.ex', 'bob@xn--bcher-kva.ex'],
    ['bob@xn--bch', 'bob@xn--bch'],
    ['bücher', 'bücher'],
  ];
  for (const [prefix, normalised] of prefixes) {
    it(`is ${normalised} for "${prefix}"`, () => expect(normalizeEmailPrefix(prefix)).to.equal(normalised));
  }
});

describe('readableEmail', () => {
  it('has the domain in Unicode', () => {
    expect(readableEmail('bob@xn--bcher-kva.example')).to.equal('bob@bücher.example');
    for (const email of ['bob@example.com', 'bob@xn--a.example']) expect(readableEmail(email)).to.equal(email);
  });
});
