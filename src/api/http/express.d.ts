import type { TraceIds } from '../../observability/tracing/tracing.js';
import type { Principal } from '../../domain/principal.js';

declare global {
  // The way that @types/express offers for adding to a request.

  namespace Express {
    interface Request {
      /** In the log and in the answer. */
      id: string;
      /** The operation that the request matched; undefined where it matched none. */
      operationId?: string;
      /** Who is calling; undefined on public operations. */
      principal?: Principal;
      /** The span of the request; undefined where nothing is traced. */
      trace?: TraceIds;
    }
  }
}
