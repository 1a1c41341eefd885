import type { Principal } from '../domain/principal.js';

declare global {
  // The way that @types/express offers for adding to a request.

  namespace Express {
    interface Request {
      /** The operation that the request matched; undefined where it matched none. */
      operationId?: string;
      /** Who is calling; undefined on public operations. */
      principal?: Principal;
    }
  }
}
