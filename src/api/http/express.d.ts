import type { TraceIds } from '../../observability/tracing/tracing.js';
import type { Principal } from '../../domain/principal.js';

declare global {
  namespace Express {
    interface Request {
      /** The request id. */
      id: string;
      /** The client's network address, in its canonical form. */
      address: string;
      /** The operation; undefined if none matches. */
      operationId?: string;
      /** The caller; undefined on public operations. */
      principal?: Principal;
      /** The span of the request; undefined without tracing. */
      trace?: TraceIds;
    }
  }
}
