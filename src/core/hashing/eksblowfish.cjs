const { layout } = require('./eksblowfishLayout.cjs');

/**
 * @typedef {{ module: WebAssembly.Module, initialState: Uint32Array }} EksblowfishCode that of eksblowfishModule.ts, and the words of pi
 * that the state begins with
 * @typedef {{ key: Uint8Array, salt: Uint8Array }} EksblowfishInput a key of one byte or more, of which 72 count, and a salt of 16
 */

/**
 * V8 replaces its first code for a function by better code only from one call to the next. With all rounds in one call
 * the first hash would take three times as long.
 */
const roundsAtOnce = 64;

/** What is enciphered with the finished state. */
const magic = Buffer.from('OrpheanBeholderScryDoubt');

/** bcrypt's digests of one password, or of two at once. */
class Eksblowfish {
  /** @param {EksblowfishCode} code */
  constructor({ module, initialState }) {
    const { memory, ...functions } = new WebAssembly.Instance(module).exports;
    this.functions = functions;
    this.memory = new DataView(memory.buffer);
    this.initialState = initialState;
  }

  /**
   * @param {readonly EksblowfishInput[]} inputs one or two
   * @param {number} cost 4 to 31
   * @returns {Buffer[]} the 24 bytes of each
   */
  digests(inputs, cost) {
    inputs.forEach((input, lane) => this.#begin(lane, input));
    const mix = inputs.length === 1 ? this.functions.mixOne : this.functions.mixBoth;
    for (let left = 2 ** cost; left > 0; left -= roundsAtOnce) mix(Math.min(left, roundsAtOnce));
    const digests = inputs.map((_, lane) => this.#finish(lane));
    new Uint8Array(this.memory.buffer).fill(0);
    return digests;
  }

  /** The first round alone lets the salt into the block. @param {number} lane @param {EksblowfishInput} input */
  #begin(lane, { key, salt }) {
    const keyWords = words(key, layout.subkeyBytes / 4);
    const saltWords = words(salt, layout.subkeyBytes / 4);
    this.#write(lane, layout.key, keyWords);
    this.#write(lane, layout.salt, saltWords);
    this.#write(
      lane,
      layout.subkeys,
      Array.from(this.initialState, (word, index) => word ^ (keyWords[index] ?? 0)),
    );
    let block = [0, 0];
    for (let place = 0; place < layout.stateBytes / 4; place += 2) {
      const salted = block.map((half, index) => half ^ Number(saltWords[(place % 4) + index]));
      block = this.#encipher(lane, salted, 1);
      this.#write(lane, layout.subkeys + 4 * place, block);
    }
  }

  /** @param {number} lane */
  #finish(lane) {
    const text = words(magic, magic.length / 4);
    const enciphered = [0, 2, 4].flatMap((index) => this.#encipher(lane, text.slice(index, index + 2), 64));
    const digest = Buffer.alloc(magic.length);
    enciphered.forEach((word, index) => digest.writeInt32BE(word, 4 * index));
    return digest;
  }

  /** @param {number} lane @param {readonly number[]} block its two halves @param {number} times */
  #encipher(lane, block, times) {
    this.#write(lane, layout.block, block);
    const encipher = lane === 0 ? this.functions.encipher0 : this.functions.encipher1;
    encipher(times);
    const at = lane * layout.laneBytes + layout.block;
    return [this.memory.getInt32(at, true), this.memory.getInt32(at + 4, true)];
  }

  /** @param {number} lane @param {number} offset @param {readonly number[]} values */
  #write(lane, offset, values) {
    const at = lane * layout.laneBytes + offset;
    values.forEach((value, index) => this.memory.setInt32(at + 4 * index, value, true));
  }
}

/** So many words, of bytes that are begun again when they end. @param {Uint8Array} bytes @param {number} count @returns {number[]} */
function words(bytes, count) {
  const byte = (/** @type {number} */ index) => Number(bytes[index % bytes.length]);
  const word = (/** @type {number} */ at) =>
    (byte(at) << 24) | (byte(at + 1) << 16) | (byte(at + 2) << 8) | byte(at + 3);
  return Array.from({ length: count }, (_, index) => word(4 * index));
}

module.exports = { Eksblowfish };
