// JavaScript, so that a worker thread can load it as it is, from src/ and from dist/ alike. CommonJS, because Piscina
// requires it: Node 20 aborts when a thread is terminated while an ES module is being required.
const { workerData } = require('node:worker_threads');

/** @typedef {{ kind: 'hash', password: string, cost: number } | { kind: 'verify', password: string, hash: string }} HashTask */

/** @typedef {{ value: string | boolean, workMs: number }} HashResult the new hash, or whether the password matches */

// Both packages have these two functions.
const { compareSync, hashSync } = require(workerData.engine);

/**
 * Synchronous on purpose: the thread has nothing else to do.
 * @param {HashTask} task
 * @returns {HashResult}
 */
function run(task) {
  const startedAt = performance.now();
  const value = task.kind === 'hash' ? hashSync(task.password, task.cost) : compareSync(task.password, task.hash);
  return { value, workMs: performance.now() - startedAt };
}

module.exports = run;
