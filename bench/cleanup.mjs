/** What has to be closed at the end, whatever that end is: success, failure or Ctrl-C. */
export class Cleanup {
  #closers = [];
  #running;

  /** @param {() => unknown} closer may return a promise */
  add(closer) {
    this.#closers.push(closer);
  }

  /** Whether the end has come. */
  get hasStarted() {
    return this.#running !== undefined;
  }

  /** Closes everything once, the last opened first, one after the other. */
  run() {
    this.#running ??= this.#closeAll();
    return this.#running;
  }

  async #closeAll() {
    for (const closer of this.#closers.reverse()) {
      try {
        await closer();
      } catch (error) {
        console.error('Could not clean up:', error);
        process.exitCode = 1;
      }
    }
  }
}
