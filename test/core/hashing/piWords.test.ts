import { expect } from 'chai';
import { piWords } from '../../../src/core/hashing/piWords.js';

describe('the binary places of pi', () => {
  it('are those that Blowfish is published with, first and last', () => {
    const words = Array.from(piWords(1042), (word) => word.toString(16).padStart(8, '0'));
    expect(words.slice(0, 4)).to.deep.equal(['243f6a88', '85a308d3', '13198a2e', '03707344']);
    expect(words.slice(-4)).to.deep.equal(['b74e6132', 'ce77e25b', '578fdfe3', '3ac372e6']);
  });
});
