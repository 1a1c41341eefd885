import { expect } from 'chai';
import { formatFault, hasVisibleCharacter, isDeliverable, textFormats } from '../../src/domain/textFormats.js';

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

/** A text for each thing that a format looks at, by the words of the message. */
interface Cases {
  valid: string[];
  invalid: Record<string, string[]>;
}

const known = {
  valid: [
    'ada@example.com',
    ' ada@example.com\r\n',
    `${'x'.repeat(64)}@example.com`,
    `${'👩'.repeat(64)}@example.com`,
    'a@b.c',
  ],
  invalid: [
    ...[
      '',
      'ada',
      '@example.com',
      'ada@',
      'ada@example',
      'a@b@example.com',
      'a da@example.com',
      'a\u0000da@example.com',
    ],
    ...['ada@example.com\nbcc:x@example.com', 'a\u200bda@example.com', 'a\ud800@example.com', 'ada@exam\u00adple.com'],
    ...Array.from('<>(),;:"[]\\').flatMap((character) => [`a${character}@example.com`, `a@exam${character}ple.com`]),
    ...['ada@example..com', 'ada@.com', 'ada@example.com.', `${'x'.repeat(65)}@example.com`],
  ],
};
const addressesOfOldAccounts = [
  '.b@example.com',
  'b..b@example.com',
  'b.@example.com',
  'a@exam_ple.com',
  'a@-example.com',
];

const cases: Record<string, Cases> = {
  'known-email-address': {
    valid: [...known.valid, ...addressesOfOldAccounts, 'user@example.com/x', 'a@192.0.2.7', 'a\u3164@example.com'],
    invalid: { 'email address such as': known.invalid },
  },
  'email-address': {
    valid: [
      ...[
        'ada@example.com',
        ' ada@example.com\r\n',
        '\ufeffada@example.com\u2028',
        "o'brien+tag@a--b.example",
        'a@b.c',
      ],
      ...[
        '!#$%&*/=?^`{|}~@example.com',
        'jos\u00e9@b\u00fccher.example',
        '\u7528\u6237@\u4f8b\u3048.\u30c6\u30b9\u30c8',
      ],
    ],
    invalid: {
      'email address such as': [
        ...known.invalid.filter((text) => !text.startsWith('xxx')),
        ...addressesOfOldAccounts,
        ...[
          'user@example.com/x',
          'a@example-.com',
          'a@exam`ple.com',
          'a@exam{ple.com',
          'a@exam+ple.com',
          'a@exam\u007fple.com',
        ],
      ],
      '64 bytes before': [
        ...[`a@${'x'.repeat(64)}.com`, `${'x'.repeat(65)}@example.com`, `${'ü'.repeat(33)}@example.com`, 'a@192.0.2.7'],
        ...['\u3164@example.com', 'a\ufe0f@example.com', 'ada@xn--a.example'],
      ],
    },
  },
  'person-name': {
    valid: ['李', "O'Brien-Smith", 'محمد', 'Ada 👩‍💻', '\u200b.'],
    invalid: {
      'control characters or half': ['A\u0007da', 'A\nda', 'A\u0000da', 'A\u0085da', 'A\ud800da', 'A\udc00da', '\t'],
      'visible character': ['', '   ', '\u200b\u200b', '\u2800', ' \u3164\u115f', '\uffff'],
    },
  },
  'unicode-text': {
    valid: ['', 'a\tb\n', '\u0001', '👩', '\u202e', '\uffff'],
    invalid: { 'NUL or half': ['\u0000', '1234567\u0000', '\ud800', 'x\udc00', '\udc00\ud800'] },
  },
};
cases['password'] = cases['unicode-text']!;

describe('the formats of the description', () => {
  it('are these', () => expect(Object.keys(textFormats).sort()).to.deep.equal(Object.keys(cases).sort()));

  for (const [format, { valid, invalid }] of Object.entries(cases)) {
    for (const text of valid) {
      it(`accept ${JSON.stringify(text)} as ${format}`, () => {
        expect(textFormats[format]!(text)).to.equal(true);
        expect(formatFault(format, text)).to.equal(undefined);
      });
    }
    for (const [message, texts] of Object.entries(invalid)) {
      it(`say "${message}" of other texts than ${format}`, () => {
        for (const text of texts) {
          expect(textFormats[format]!(text), JSON.stringify(text)).to.equal(false);
          expect(formatFault(format, text), JSON.stringify(text)).to.contain(message);
        }
      });
    }
  }

  it('take time in proportion to the length of the text', () => {
    const shapes = ['a', '.', '-', 'a.', 'a-', 'a@', '@', ' ', '\u200b', '\ud800'];
    for (const [format, isOfFormat] of Object.entries(textFormats)) {
      for (const shape of shapes) {
        const text = `a@${shape.repeat(200_000)}!`;
        const startedAt = performance.now();
        isOfFormat(text);
        isOfFormat(text.slice(2));
        expect(performance.now() - startedAt, `${format} ${JSON.stringify(shape)}`).to.be.below(1000);
      }
    }
  });

  it('say nothing of what is not a text, and of other formats', () => {
    expect(formatFault('person-name', 7)).to.equal(undefined);
    expect(formatFault('uuid', 'x')).to.equal(undefined);
  });
});
