/**
 * bcrypt, synchronous. Hashes are the same text whichever engine makes them.
 * @typedef {{ name: 'native' | 'bcryptjs', hash(password: string, cost: number): string, verify(password: string, hash: string): boolean }} BcryptEngine
 */

/** Works wherever Node does. Loaded when it is used, for it costs each thread memory. @type {BcryptEngine} */
const javaScript = {
  name: 'bcryptjs',
  hash: (password, cost) => require('bcryptjs').hashSync(password, cost),
  verify: (password, hash) => require('bcryptjs').compareSync(password, hash),
};

/** By a variable, so that this compiles where the package is not installed. */
const optionalPackage = '@node-rs/bcrypt';

/**
 * The faster engine, compiled; undefined where its optional package is not installed or cannot be loaded.
 * @returns {BcryptEngine | undefined}
 */
function native() {
  try {
    const { hashSync, verifySync } = require(optionalPackage);
    return { name: 'native', hash: (password, cost) => hashSync(password, cost), verify: verifySync };
  } catch {
    return undefined;
  }
}

module.exports = { javaScript, native };
