const { costOf, encode, saltOf } = require('./bcryptText.cjs');
const { Eksblowfish } = require('./eksblowfish.cjs');

/** bcrypt drops the last byte of its 24. */
const digestBytes = 23;

/**
 * The engine that hashes two passwords in hardly more time than one (eksblowfishModule.ts).
 * @param {import('./eksblowfish.cjs').EksblowfishCode} code
 * @returns {import('./bcryptEngine.cjs').BcryptEngine}
 */
function pairedBcrypt(code) {
  const eksblowfish = new Eksblowfish(code);
  return {
    name: 'paired',
    hashes(requests) {
      const inputs = requests.map(({ password, settings }) => ({
        key: Buffer.from(`${password}\0`, 'utf8'),
        salt: saltOf(settings),
      }));
      const digests = eksblowfish.digests(inputs, costOf(requests[0].settings));
      return digests.map((digest, index) => requests[index]?.settings + encode(digest.subarray(0, digestBytes)));
    },
  };
}

module.exports = { pairedBcrypt };
