/** bcrypt's base 64: an alphabet of its own, and no padding. */
const bcryptAlphabet = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const usualAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** @param {string} text @param {string} from @param {string} to */
const translate = (text, from, to) => Array.from(text, (character) => to[from.indexOf(character)]).join('');

/** Bytes, as they stand in a hash: 22 characters of 16, 31 of 23. @param {Buffer} bytes @returns {string} */
const encode = (bytes) => translate(bytes.toString('base64').replace(/=+$/, ''), usualAlphabet, bcryptAlphabet);
/** @param {string} text @returns {Buffer} */
const decode = (text) => Buffer.from(translate(text, bcryptAlphabet, usualAlphabet), 'base64');

/** A hash starts with its settings, as `$2b$12$` and 22 characters of salt; 31 characters of digest follow. */
const settingsLength = 29;
const saltAt = 7;

/** What a hash of this cost and salt starts with. @param {number} cost 4 to 31 @param {Buffer} salt 16 bytes @returns {string} */
const settingsOf = (cost, salt) => `$2b$${String(cost).padStart(2, '0')}$${encode(salt)}`;

/** Of a hash, or of settings alone. @param {string} text @returns {number} 4 to 31 */
const costOf = (text) => Number(text.slice(4, 6));

/** Of a hash, or of settings alone. @param {string} text @returns {Buffer} 16 bytes */
const saltOf = (text) => decode(text.slice(saltAt, settingsLength));

module.exports = { costOf, encode, saltOf, settingsLength, settingsOf };
