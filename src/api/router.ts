import type { Request, RequestHandler } from 'express';
import { TokenMissingError } from '../core/errors.js';
import type { Authenticate } from './authentication.js';
import { operationsOf, type Description, type PlacedOperation } from './description.js';
import type { Call, Handlers, OperationId } from './operation.js';
import { declaredLimit, type RateLimiter } from './rateLimiter.js';
import { writeReply } from './replyWriter.js';
import { readBody } from './requestBody.js';
import { requestIdOf } from './requestLog.js';
import { RequestValidator } from './requestValidator.js';
import { RouteTable } from './routeTable.js';

type AnyHandler = (call: Call<OperationId>) => Promise<Parameters<typeof writeReply>[2]>;

/** An operation, ready to take requests. */
interface Route {
  operationId: OperationId;
  isSecured: boolean;
  takesBody: boolean;
  limiter: RateLimiter | undefined;
  handler: AnyHandler;
}

interface RouterOptions {
  description: Description;
  handlers: Handlers;
  authenticate: Authenticate;
  /** See RateLimiter; 0 switches limits off. */
  rateLimitFactor: number;
}

/**
 * Routes requests as the description says: finds the operation, counts it, authenticates its caller, reads and validates
 * what was sent, calls the handler and writes its reply. There is no other way to a handler.
 * @throws DescriptionError when the description cannot be served safely
 */
export async function createRouter(options: RouterOptions): Promise<RequestHandler> {
  const { description, authenticate } = options;
  const operations = operationsOf(description);
  const bearerAuth = async (req: Request) => void (req.principal = await authenticate(req));
  const validator = await RequestValidator.create(description, operations, { bearerAuth });
  const routes = new RouteTable<Route>();
  for (const placed of operations) routes.add(placed.method, placed.path, routeOf(placed, options));

  return async function routeRequest(req, res) {
    const { route, pathParams } = routes.match(req.method, req.path);
    req.operationId = route.operationId;
    await route.limiter?.count(req, res);
    await validator.authenticate(route.operationId, pathParams, req, res);
    // The validator has seen to it. Should it ever not, nobody gets in.
    if (route.isSecured && !req.principal) throw new TokenMissingError();
    if (route.takesBody) await readBody(req, res);
    else delete req.headers['content-type'];
    await validator.validate(req, res);
    writeReply(req, res, await route.handler(callOf(req)));
  };
}

function routeOf({ operation }: PlacedOperation, options: RouterOptions): Route {
  const { description, handlers, rateLimitFactor } = options;
  const operationId = operation.operationId as OperationId;
  return {
    operationId,
    isSecured: (operation.security ?? description.security)?.length !== 0,
    takesBody: operation.requestBody !== undefined,
    limiter: declaredLimit(operationId, operation, rateLimitFactor),
    handler: handlers[operationId] as AnyHandler,
  };
}

function callOf(req: Request): Call<OperationId> {
  return {
    path: req.params,
    query: req.query,
    body: req.body as unknown,
    principal: req.principal,
    client: { requestId: requestIdOf(req), ip: req.ip ?? 'unknown' },
  } as unknown as Call<OperationId>;
}
