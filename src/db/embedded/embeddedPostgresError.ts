import { StartError } from '../../startError.js';

/** The embedded PostgreSQL cannot run here. The message says what to do. */
export class EmbeddedPostgresError extends StartError {
  constructor(message: string, cause?: unknown) {
    super(`${message} Or set DATABASE_URL to a PostgreSQL of your own.`, cause);
  }
}
