// JavaScript, so that a worker thread can load it as it is, from src/ and from dist/ alike. CommonJS, because Piscina
// requires it: Node 20 aborts when a thread is ended while an ES module is being required (CreateRequiredModuleFacade).
const { createHmac } = require('node:crypto');
const { constants, setPriority } = require('node:os');
const { workerData } = require('node:worker_threads');
const engines = require('./bcryptEngine.cjs');

/** @typedef {{ kind: 'hash', password: string, cost: number } | { kind: 'verify' | 'verifyBare', password: string, hash: string }} HashTask */

/** @typedef {{ value: string | boolean, workMs: number, engine: string }} HashOutcome the bcrypt hash, or whether it is the password's; how long that took, and whose work it was */

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
const bcrypt = (workerData?.engine !== 'bcryptjs' && engines.native()) || engines.javaScript;

// Requests come first: on Linux this lowers only this thread. Elsewhere it would lower the whole process.
if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_LOW);

/**
 * @param {HashTask} task
 * @returns {string | boolean}
 */
function compute(task) {
  if (task.kind === 'verifyBare') return bcrypt.verify(task.password, task.hash);
  const condensed = condense(task.password);
  return task.kind === 'hash' ? bcrypt.hash(condensed, task.cost) : bcrypt.verify(condensed, task.hash);
}

/**
 * Runs in a worker thread. Synchronous on purpose: the thread has nothing else to do.
 * @param {HashTask} task
 * @returns {HashOutcome}
 */
function run(task) {
  const startedAt = performance.now();
  return { value: compute(task), workMs: performance.now() - startedAt, engine: bcrypt.name };
}

module.exports = run;
