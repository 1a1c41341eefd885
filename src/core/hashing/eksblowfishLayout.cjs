/**
 * Where Eksblowfish keeps what. Each of two passwords has a lane, a part of the memory of its own. In bytes from where a lane
 * begins; the tables, of 256 words each, follow the subkeys.
 */
const layout = {
  laneBytes: 8192,
  key: 0,
  salt: 72,
  block: 144,
  subkeys: 184,
  subkeyBytes: 72,
  tables: 256,
  tableBytes: 1024,
  stateBytes: 72 + 4 * 1024,
};

module.exports = { layout };
