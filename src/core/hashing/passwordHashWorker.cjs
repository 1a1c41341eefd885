// JavaScript, so that a worker thread can load it as it is, from src/ and from dist/ alike. CommonJS, because Piscina
// requires it: Node 20 aborts when a thread is ended while an ES module is being required (CreateRequiredModuleFacade).
const { createHmac, randomBytes, timingSafeEqual } = require('node:crypto');
const { constants, setPriority } = require('node:os');
const { workerData } = require('node:worker_threads');
const engines = require('./bcryptEngine.cjs');
const { settingsLength, settingsOf } = require('./bcryptText.cjs');

/** @typedef {{ kind: 'verify' | 'verifyBare', password: string, hash: string }} VerifyTask `hash` is bcrypt's; `verifyBare`: of the password itself */

/** @typedef {{ kind: 'hash', password: string, cost: number } | VerifyTask} HashTask */

/** @typedef {[HashTask] | [HashTask, HashTask]} HashTasks those of two have the same cost */

/** @typedef {{ values: (string | boolean)[], workMs: number, engine: string }} HashOutcome for each task the bcrypt hash, or whether it is the password's; how long that took, and whose work it was */

/** Separates these digests from any other use of HMAC-SHA-256 over passwords. Not a secret. */
const context = 'smart-audit-api/password/v1';

/**
 * 44 characters that every byte of the password counts in: bcrypt alone ignores what follows byte 72, and stops at NUL.
 * @param {string} password
 */
function condense(password) {
  return createHmac('sha256', context).update(password, 'utf8').digest('base64');
}

/** @type {import('./bcryptEngine.cjs').BcryptEngine} */
const bcrypt = engines.paired(workerData.eksblowfish) ?? engines.bcryptjs;

// Requests come first: on Linux this lowers only this thread. Elsewhere it would lower the whole process.
if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_LOW);

/** @param {HashTask} task @returns {import('./bcryptEngine.cjs').HashRequest} */
function requestOf(task) {
  return {
    password: task.kind === 'verifyBare' ? task.password : condense(task.password),
    settings: task.kind === 'hash' ? settingsOf(task.cost, randomBytes(16)) : task.hash.slice(0, settingsLength),
  };
}

/** @param {HashTask | undefined} task @param {string} hash what was made for it */
function answerOf(task, hash) {
  if (task?.kind === 'hash') return hash;
  const [made, stored] = [Buffer.from(hash), Buffer.from(task?.hash ?? '')];
  return made.length === stored.length && timingSafeEqual(made, stored);
}

/**
 * Runs in a worker thread. Synchronous on purpose: the thread has nothing else to do.
 * @param {HashTasks} tasks
 * @returns {HashOutcome}
 */
function run(tasks) {
  const startedAt = performance.now();
  const hashes = bcrypt.hashes(tasks.length === 1 ? [requestOf(tasks[0])] : [requestOf(tasks[0]), requestOf(tasks[1])]);
  const values = hashes.map((hash, index) => answerOf(tasks[index], hash));
  return { values, workMs: performance.now() - startedAt, engine: bcrypt.name };
}

module.exports = run;
