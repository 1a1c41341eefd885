import { expect } from 'chai';
import { hasVisibleCharacter, isDeliverable } from '../../src/domain/textFormats.js';

describe('isDeliverable', () => {
  const long = 'x'.repeat(63);
  const chinese = String.fromCodePoint(...Array.from({ length: 40 }, (_, index) => 0x4e00 + 97 * index));
  const deliverable = [
    'ada@example.com',
    ' ada@example.com\r\n',
    'ada@bücher.example',
    'ada@xn--bcher-kva.example',
    'ada@3m.com',
    `${long}x@example.com`,
    `ada@${long}.example`,
    `ada@${long}.${long}.${long}.${'x'.repeat(58)}`,
    `${'ü'.repeat(32)}@example.com`,
    `ada@${Array(3).fill('𠮷'.repeat(50)).join('.')}.example`,
  ];
  for (const address of deliverable) {
    it(`accepts ${JSON.stringify(address)}`, () => expect(isDeliverable(address)).to.equal(true));
  }

  const others: [what: string, address: string][] = [
    ['a part before the @ of 65 bytes', `${long}xx@example.com`],
    ['a part before the @ of 66 bytes in 33 characters', `${'ü'.repeat(33)}@example.com`],
    ['a label of 64 letters', `ada@${long}x.example`],
    ['a label of 40 characters that has 64 letters or more in ASCII', `ada@${chinese}.example`],
    ['255 bytes, counted in ASCII', `ada@${long}.${long}.${long}.${'x'.repeat(50)}bücher`],
    ['a label of 70 characters beyond U+FFFF', `ada@${Array(2).fill('𠮷'.repeat(70)).join('.')}.example`],
    ['a part before the @ that is longer in lower case', `${'İ'.repeat(32)}@example.com`],
    ['a part before the @ that is longer in NFC', `${'\u0958'.repeat(21)}@example.com`],
    ['130 characters of 4 bytes before the @', `${'\u{10428}'.repeat(130)}@example.com`],
    ['a Hangul filler before the @', '\u3164@example.com'],
    ['a Braille pattern without dots before the @', 'bob\u2800@example.com'],
    ['a variation selector before the @', 'a\ufe0f@example.com'],
    ['an IPv4 address', 'ada@192.0.2.7'],
    ['an IPv4 address in hexadecimal', 'ada@0x7f.1'],
    ['a percent-encoded letter', 'ada@ex%61mple.com'],
    ['a path', 'ada@bücher.example/x'],
    ['a fullwidth hyphen at the end of a label', 'ada@bucher－.example'],
    ['a fullwidth dot at the end', 'ada@bücher.example．'],
    ['a domain that is no ASCII form', 'ada@xn--a.example'],
    ['an empty label', 'ada@example..com'],
    ['a dot at the end', 'ada@example.com.'],
  ];
  for (const [what, address] of others) {
    it(`rejects ${what}`, () => expect(isDeliverable(address)).to.equal(false));
  }
});

describe('hasVisibleCharacter', () => {
  for (const text of ['李', '\u115fa', 'محمد', '👩', '\u200b.']) {
    it(`sees ${text}`, () => expect(hasVisibleCharacter(text)).to.equal(true));
  }
  const invisible = [
    ...[0x20, 0x85, 0xa0, 0xad, 0x34f, 0x115f, 0x1160, 0x180e, 0x200b, 0x200d, 0x202e, 0x2028, 0x2060, 0x2800],
    ...[0x3000, 0x3164, 0xfe0f, 0xfeff, 0xffa0, 0xfff8, 0x1d173, 0xe0001, 0xe0100, 0xe0fff],
    ...[0xffff, 0xfdd0, 0x1d159, 0x16fe4, 0x13441],
  ];
  it('sees nothing in spaces, fillers and other invisible characters', () => {
    for (const point of invisible) {
      const text = ` ${String.fromCodePoint(point)}`.repeat(2);
      expect(hasVisibleCharacter(text), point.toString(16)).to.equal(false);
    }
  });
});
