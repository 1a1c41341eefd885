/** The bare rate of @node-rs/bcrypt at cost 12, in dedicated threads. */
import { once } from 'node:events';
import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import bcrypt from '@node-rs/bcrypt';

const password = 'correct horse battery staple';

/** Verifies `count` hashes in all threads together. @returns {Promise<number>} hashes a second */
export async function bareHashesPerSecond(count, threads) {
  const workers = Array.from({ length: threads }, () => new Worker(new URL(import.meta.url)));
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const each = Math.ceil(count / threads);
  const hash = bcrypt.hashSync(password, 12);
  const begin = performance.now();
  for (const worker of workers) worker.postMessage({ each, hash });
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const elapsed = performance.now() - begin;
  await Promise.all(workers.map((worker) => worker.terminate()));
  return ((each * threads) / elapsed) * 1000;
}

if (!isMainThread) {
  parentPort.on('message', ({ each, hash }) => {
    for (let verified = 0; verified < each; verified += 1)
      if (!bcrypt.verifySync(password, hash)) throw new Error('The right password was rejected.');
    parentPort.postMessage('done');
  });
  parentPort.postMessage('ready');
}
