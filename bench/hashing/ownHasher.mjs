/** The server's own password hasher without a server around it: how fast its threads can possibly go. */
import { randomBytes } from 'node:crypto';
import { HashingThreads } from '../../dist/core/hashing/hashingThreads.js';
import { PasswordHasher } from '../../dist/core/hashing/passwordHasher.js';
import { obey } from '../obey.mjs';

const threads = new HashingThreads({
  threads: Number(process.env.HASH_THREADS),
  queueMax: Number(process.env.HASH_QUEUE_MAX),
});
const hasher = new PasswordHasher(Number(process.env.BCRYPT_COST), threads);
const password = randomBytes(18).toString('base64url');
const stored = hasher.hash(password);

/**
 * Verifies a password again and again, several times at once.
 * @param {{ atOnce: number, count: number }} options
 * @returns {Promise<{ perSecond: number, answers: number }>}
 */
async function rate({ atOnce, count }) {
  const hash = await stored;
  let begun = 0;
  const verifyOn = async () => {
    while (begun++ < count) {
      if (!(await hasher.verify(password, hash))) throw new Error('The right password was refused.');
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: atOnce }, verifyOn));
  return { perSecond: (count / (performance.now() - start)) * 1000, answers: count };
}

obey({ rate });
