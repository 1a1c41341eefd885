const { settingsLength } = require('./bcryptText.cjs');
const { pairedBcrypt } = require('./pairedBcrypt.cjs');

/**
 * @typedef {{ password: string, settings: string }} HashRequest `settings`: what a hash starts with, as `$2b$12$` and 22
 * characters of salt
 * @typedef {[HashRequest] | [HashRequest, HashRequest]} HashRequests
 * @typedef {{ name: 'paired' | 'bcryptjs', hashes(requests: HashRequests): string[] }} BcryptEngine bcrypt, synchronous: the
 * hash of one password, or those of two with the same cost. They are the same text whichever engine makes them.
 */

/** Works wherever Node does. Loaded when it is used, for it costs each thread memory. @type {BcryptEngine} */
const bcryptjs = {
  name: 'bcryptjs',
  hashes: (requests) => requests.map(({ password, settings }) => require('bcryptjs').hashSync(password, settings)),
};

/** Two hashes that are known, of the test vectors of Openwall's crypt_blowfish. */
const known = {
  one: { password: 'U*U', hash: '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW' },
  other: { password: 'U*U*', hash: '$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK' },
};

/** @param {BcryptEngine} engine */
function isRight(engine) {
  const [one, other] = [known.one, known.other].map(({ password, hash }) => ({
    password,
    settings: hash.slice(0, settingsLength),
  }));
  if (!one || !other) return false;
  const made = [...engine.hashes([one, other]), ...engine.hashes([other])];
  return made.join() === [known.one.hash, known.other.hash, known.other.hash].join();
}

/**
 * The faster engine. Undefined where its code cannot run, or does not make the hashes that are known.
 * @param {import('./eksblowfish.cjs').EksblowfishCode | undefined} code
 * @returns {BcryptEngine | undefined}
 */
function paired(code) {
  try {
    const engine = code && pairedBcrypt(code);
    return engine && isRight(engine) ? engine : undefined;
  } catch {
    return undefined;
  }
}

module.exports = { bcryptjs, paired };
