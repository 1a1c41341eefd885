/** The server's own password hasher without a server around it: how fast its threads can possibly go. */
import { randomBytes } from 'node:crypto';
import { PasswordHasher } from '../dist/core/passwordHasher.js';
import { obey } from './obey.mjs';

const hasher = new PasswordHasher({
  cost: Number(process.env.BCRYPT_COST),
  threads: Number(process.env.HASH_THREADS),
  queueMax: Number(process.env.HASH_QUEUE_MAX),
});
const password = randomBytes(18).toString('base64url');
const stored = hasher.hash(password);

/**
 * Verifies a password again and again, several times at once.
 * @param {{ atOnce: number, seconds: number }} options
 * @returns {Promise<number>} how many a second, until the last one in time
 */
async function rate({ atOnce, seconds }) {
  const hash = await stored;
  let verified = 0;
  const start = performance.now();
  const end = start + seconds * 1000;
  let last = start;
  const verifyOn = async () => {
    for (;;) {
      if (!(await hasher.verify(password, hash))) throw new Error('The right password was refused.');
      if (performance.now() >= end) return;
      verified += 1;
      last = performance.now();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, verifyOn));
  return (verified / (last - start)) * 1000;
}

obey({ rate });
