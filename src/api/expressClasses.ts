import http from 'node:http';
import { Socket } from 'node:net';
import type { Express } from 'express';

interface Classes {
  IncomingMessage: typeof http.IncomingMessage;
  ServerResponse: typeof http.ServerResponse;
}

/**
 * Classes whose instances are Express's requests and responses from the start. Express otherwise changes the prototype
 * of both for every request, which makes the engine forget what it had optimised (docs/performance.md).
 */
export function expressClasses(app: Express): Classes {
  const classes = {
    IncomingMessage: withPrototype(http.IncomingMessage, app.request),
    ServerResponse: withPrototype(http.ServerResponse, app.response),
  };
  settleLayout(classes);
  return classes;
}

/** The class with another prototype. It inherits from it, by which the engine knows how many properties an instance has. */
function withPrototype<Class extends abstract new (...args: never[]) => object>(
  original: Class,
  prototype: object,
): Class {
  const constructor = original as unknown as { apply(instance: object, args: unknown[]): void };
  function ExpressMessage(this: object, ...args: unknown[]): void {
    constructor.apply(this, args);
  }
  ExpressMessage.prototype = prototype;
  return Object.setPrototypeOf(ExpressMessage, original) as Class;
}

/** After how many instances the engine decides: V8's `Map::kSlackTrackingCounterStart`, and the one that ends it. */
const instancesWatched = 8;

/**
 * Makes the first instances at once. V8 gives all further ones as much room for properties as it finds the first to need, among
 * those that still live: where a collection comes between, it finds too little, and then keeps each request and response
 * as a dictionary, which doubles the time that a request takes for as long as the process lives.
 */
function settleLayout({ IncomingMessage, ServerResponse }: Classes): void {
  const kept: unknown[] = [];
  for (let count = 0; count < instancesWatched; count += 1) {
    const req = new IncomingMessage(new Socket());
    kept.push(req, new ServerResponse(req));
  }
}
