import { expect } from 'chai';
import { canonicalAddress } from '../../src/domain/canonicalAddress.js';

describe('canonicalAddress', () => {
  const forms: [text: string | undefined, canonical: string][] = [
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:51234', '203.0.113.7'],
    ['[203.0.113.7]:51234', '203.0.113.7'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['::ffff:7f00:1', '127.0.0.1'],
    ['[::ffff:127.0.0.1]:443', '127.0.0.1'],
    ['::1', '::1'],
    ['2001:0DB8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    [`fe80::1%${'x'.repeat(4000)}`, 'fe80::1'],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ...[undefined, '', '1', '127.1', '0x7f.0.0.1', '010.0.0.1', '256.0.0.1', ':::', '203.0.113.7:x', '_hidden'].map(
      (text): [string | undefined, string] => [text, 'unknown'],
    ),
    ['1'.repeat(4000), 'unknown'],
    ['1:'.repeat(2000), 'unknown'],
  ];
  for (const [text, canonical] of forms) {
    it(`is ${canonical} for ${text?.slice(0, 50)}`, () => expect(canonicalAddress(text)).to.equal(canonical));
  }

  it('is idempotent', () => {
    for (const [, canonical] of forms) expect(canonicalAddress(canonical)).to.equal(canonical);
  });
});
