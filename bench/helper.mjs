import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stopProcess } from './stopProcess.mjs';

/** A process of its own that does what it is told: a script that calls `obey`. */
export class Helper {
  #process;
  #pending;

  /**
   * @param {string} script its file name in this folder
   * @param {Record<string, string>} [env]
   */
  constructor(script, env = {}) {
    const file = fileURLToPath(new URL(script, import.meta.url));
    // Standard output is for the report alone.
    this.#process = fork(file, { env, execArgv: [], stdio: ['ignore', 2, 2, 'ipc'] });
    this.#process.on('message', (answer) => this.#settle(answer));
    this.#process.on('error', (error) => this.#settle({ error: `${script}: ${error.message}` }));
    this.#process.on('exit', (code, signal) => this.#settle({ error: `${script} ended with ${code ?? signal}` }));
  }

  get pid() {
    return this.#process.pid;
  }

  /**
   * Has it do one thing, and resolves with the result. One at a time.
   * @param {string} command
   * @param {object} [options]
   */
  ask(command, options) {
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.#process.send({ command, options }, (error) => error && this.#settle({ error: error.message }));
    });
  }

  stop() {
    return stopProcess(this.#process);
  }

  #settle({ result, error }) {
    if (error === undefined) this.#pending?.resolve(result);
    else this.#pending?.reject(new Error(error));
    this.#pending = undefined;
  }
}
