const subkeyBytes = 4 * 18;
const tableBytes = 4 * 256;

/**
 * Where Eksblowfish keeps what. Each of two passwords has a lane, a part of the memory of its own; in bytes from where it
 * begins. The four tables follow right after the subkeys, and begin where a line of the processor's cache does.
 */
const layout = {
  laneBytes: 8192,
  key: 0,
  salt: 72,
  block: 144,
  subkeys: 184,
  subkeyBytes,
  tables: 256,
  tableBytes,
  stateBytes: subkeyBytes + 4 * tableBytes,
};

module.exports = { layout };
