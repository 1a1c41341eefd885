import http from 'node:http';
import type { Express, Request, Response } from 'express';

/**
 * Request and response classes for `http.createServer` that already have Express's prototypes. Otherwise Express changes
 * the prototype of both on every request, which V8 deoptimises (docs/performance.md).
 */
export function expressClasses(app: Express): Required<Pick<http.ServerOptions, 'IncomingMessage' | 'ServerResponse'>> {
  class ExpressRequest extends http.IncomingMessage {}
  class ExpressResponse<Req extends http.IncomingMessage> extends http.ServerResponse<Req> {}
  Object.setPrototypeOf(ExpressRequest.prototype, app.request);
  Object.setPrototypeOf(ExpressResponse.prototype, app.response);
  app.request = ExpressRequest.prototype as Request;
  app.response = ExpressResponse.prototype as Response;
  return { IncomingMessage: ExpressRequest, ServerResponse: ExpressResponse };
}
