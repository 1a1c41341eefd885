/** An engine of bcrypt in threads that do nothing else: no more can be verified here with it. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import bcrypt from '@node-rs/bcrypt';
import { eksblowfishCode } from '../../dist/core/hashing/eksblowfishCode.js';
import { obey } from '../obey.mjs';

const thread = new URL('./hashingThread.mjs', import.meta.url);
const password = 'correct horse battery staple';
const hash = bcrypt.hashSync(password, Number(process.env.BCRYPT_COST));

/**
 * Verifies a password again and again, in all threads.
 * @param {{ threads: number, count: number, isPaired: boolean }} options with the server's engine, two at a time, or with
 * the fastest package there is
 * @returns {Promise<{ perSecond: number, answers: number }>}
 */
async function rate({ threads, count, isPaired }) {
  const own = 2 * Math.ceil(count / threads / 2);
  const workerData = { password, hash, eksblowfish: isPaired ? eksblowfishCode() : undefined };
  const workers = Array.from({ length: threads }, () => new Worker(thread, { workerData }));
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const start = performance.now();
  for (const worker of workers) worker.postMessage(own);
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const elapsed = performance.now() - start;
  await Promise.all(workers.map((worker) => worker.terminate()));
  return { perSecond: ((own * threads) / elapsed) * 1000, answers: own * threads };
}

obey({ rate });
