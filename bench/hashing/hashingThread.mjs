/** Says when it is ready, is told how often to verify a password, and says when it has. */
import { parentPort, workerData } from 'node:worker_threads';
import bcrypt from '@node-rs/bcrypt';
import engines from '../../dist/core/hashing/bcryptEngine.cjs';

const { password, hash, eksblowfish } = workerData;
const request = { password, settings: hash.slice(0, 29) };
const paired = eksblowfish && engines.paired(eksblowfish);
if (eksblowfish && !paired) throw new Error("The server's own engine does not work here.");

/** Verifies two, or one after the other: whether all were right. */
function verifyTwo() {
  if (paired) return paired.hashes([request, request]).every((made) => made === hash);
  return bcrypt.verifySync(password, hash) && bcrypt.verifySync(password, hash);
}

parentPort.on('message', (count) => {
  for (let verified = 0; verified < count; verified += 2) {
    if (!verifyTwo()) throw new Error('The right password was refused.');
  }
  parentPort.postMessage('done');
});
parentPort.postMessage('ready');
