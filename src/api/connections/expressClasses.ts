import http from 'node:http';
import { Socket } from 'node:net';
import type { Express, Request, Response } from 'express';

interface Classes {
  IncomingMessage: typeof http.IncomingMessage;
  ServerResponse: typeof http.ServerResponse;
}

/**
 * Classes whose instances are the app's requests and responses from the start, and which it takes for its own. Express
 * otherwise changes the prototype of both for every request, which makes the engine forget what it had optimised
 * (docs/performance.md).
 */
export function expressClasses(app: Express): Classes {
  class ExpressRequest extends http.IncomingMessage {}
  class ExpressResponse<Req extends http.IncomingMessage> extends http.ServerResponse<Req> {}
  Object.setPrototypeOf(ExpressRequest.prototype, app.request);
  Object.setPrototypeOf(ExpressResponse.prototype, app.response);
  app.request = ExpressRequest.prototype as Request;
  app.response = ExpressResponse.prototype as Response;
  const classes = { IncomingMessage: ExpressRequest, ServerResponse: ExpressResponse };
  settleLayout(classes);
  return classes;
}

/** V8 decides at the seventh instance (`Map::kSlackTrackingCounterStart`); one more does no harm. */
const enoughInstances = 8;

/**
 * Makes the first instances at once, and keeps them meanwhile. From those among the first that are still in memory V8 decides how
 * much room for properties every later one has. If the garbage collector runs in between, V8 allows too little, and keeps later
 * ones as dictionaries, which doubles the time that a request takes for as long as the process lives.
 */
function settleLayout({ IncomingMessage, ServerResponse }: Classes): void {
  const kept: unknown[] = [];
  const socket = new Socket();
  for (let count = 0; count < enoughInstances; count += 1) {
    const req = new IncomingMessage(socket);
    kept.push(req, new ServerResponse(req));
  }
}
