import { StartError } from '../../startError.js';

export class EmbeddedPostgresError extends StartError {
  constructor(message: string, cause?: unknown) {
    super(`${message} Or set DATABASE_URL to a PostgreSQL of your own.`, cause);
  }
}
