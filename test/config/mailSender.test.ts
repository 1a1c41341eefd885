import { expect } from 'chai';
import { parseMailSender } from '../../src/config/mailSender.js';

describe('parseMailSender', () => {
  const senders: [text: string, name: string, address: string][] = [
    ['a@b.example', '', 'a@b.example'],
    ['<a@b.example>', '', 'a@b.example'],
    ['Smart Audit <no-reply@localhost>', 'Smart Audit', 'no-reply@localhost'],
    ['Smart Audit<a@b.example>', 'Smart Audit', 'a@b.example'],
    ['Acme: Support <a@b.example>', 'Acme: Support', 'a@b.example'],
    ['Acme, Inc. <a@b.example>', 'Acme, Inc.', 'a@b.example'],
    ['c@d.example <a@b.example>', 'c@d.example', 'a@b.example'],
    ['"Acme: \\"Support\\"" <a@b.example>', 'Acme: "Support"', 'a@b.example'],
    ['Bücher (Köln) <a.b+c@bücher.example>', 'Bücher (Köln)', 'a.b+c@xn--bcher-kva.example'],
    ['A.B@XN--BCHER-KVA.example', '', 'A.B@xn--bcher-kva.example'],
  ];
  for (const [text, name, address] of senders) {
    it(`reads ${text}`, () => expect(parseMailSender(text)).to.deep.equal({ name, address }));
  }

  const others = [
    'nobody',
    'a@b\r\nBcc: c@d',
    'A\u0000 <a@b>',
    'A <a@b> x',
    'A <a@b> <c@d>',
    'a@b, c@d',
    'a@b;',
    'Team: a@b;',
    'Acme <a@b.c/x>',
    'a@-b.c',
    'a@b.123',
    'a\u202e@b.c',
    'a@exa\u200bmple.com',
    `${'x'.repeat(65)}@b.c`,
    `a@${'x'.repeat(64)}.c`,
  ];
  for (const text of [...others, 'a..b@c', '.a@b', 'a@b.', 'a@b@c', 'A <a b@c>', 'A <>', '']) {
    it(`rejects ${JSON.stringify(text)}`, () => expect(parseMailSender(text)).to.equal(undefined));
  }
});
