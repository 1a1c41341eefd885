/** The program cannot start as it is set up here. The message tells the operator what to do; a stack would not. */
export class StartError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = new.target.name;
  }
}
