/** Reports when it is ready, is told how often to verify a password, and reports when it is done. */
import { parentPort, workerData } from 'node:worker_threads';
import bcrypt from '@node-rs/bcrypt';

const { password, hash } = workerData;

parentPort.on('message', (count) => {
  for (let verified = 0; verified < count; verified += 1) {
    if (!bcrypt.verifySync(password, hash)) throw new Error('The right password was refused.');
  }
  parentPort.postMessage('done');
});
parentPort.postMessage('ready');
