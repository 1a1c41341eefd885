/** The fastest bcrypt package in threads that do nothing else: the upper limit of sign-ins a second. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import bcrypt from '@node-rs/bcrypt';
import { obey } from '../obey.mjs';

const thread = new URL('./hashingThread.mjs', import.meta.url);
const password = 'correct horse battery staple';
const hash = bcrypt.hashSync(password, Number(process.env.BCRYPT_COST));

/**
 * Verifies a password again and again, in all threads.
 * @param {{ threads: number, count: number }} options
 * @returns {Promise<{ perSecond: number, answers: number }>}
 */
async function rate({ threads, count }) {
  const own = Math.ceil(count / threads);
  const workerData = { password, hash };
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
