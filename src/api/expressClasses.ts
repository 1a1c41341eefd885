import http from 'node:http';
import type { Socket } from 'node:net';
import type { Express } from 'express';

/**
 * Classes whose instances are Express's requests and responses from the start. Express otherwise changes the prototype
 * of both for every request, which makes the engine forget what it had optimised (docs/performance.md).
 */
export function expressClasses(app: Express): Pick<http.ServerOptions, 'IncomingMessage' | 'ServerResponse'> {
  function ExpressRequest(this: http.IncomingMessage, socket: Socket): void {
    (http.IncomingMessage as unknown as (this: http.IncomingMessage, socket: Socket) => void).call(this, socket);
  }
  ExpressRequest.prototype = app.request;
  function ExpressResponse(this: http.ServerResponse, ...args: unknown[]): void {
    (http.ServerResponse as unknown as (this: http.ServerResponse, ...args: unknown[]) => void).apply(this, args);
  }
  ExpressResponse.prototype = app.response;
  return { IncomingMessage: ExpressRequest, ServerResponse: ExpressResponse } as unknown as ReturnType<
    typeof expressClasses
  >;
}
