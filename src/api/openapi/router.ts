import { parseCookie } from 'cookie';
import type { Request, RequestHandler, Response } from 'express';
import { canonicalAddress } from '../../domain/canonicalAddress.js';
import { ForbiddenError } from '../../errors.js';
import type { Authenticators } from '../middleware/authentication.js';
import { assertHandled, assertRoles, assertSecured } from './assertServable.js';
import { authenticate } from './authenticate.js';
import { deprecationHeaders } from './deprecation.js';
import {
  negotiatedTypesOf,
  operationsOf,
  parameterNames,
  pathsWith,
  type Description,
  type PlacedOperation,
} from './description.js';
import type { Call, Handlers, OperationId } from './operation.js';
import { isPreflight } from '../middleware/crossOrigin.js';
import type { RateLimiter, RateLimits } from '../middleware/rateLimiter.js';
import { writeReply, type AnyReply } from '../http/replyWriter.js';
import { readBody } from '../http/requestBody.js';
import { RequestValidator } from './requestValidator.js';
import { RouteTable } from './routeTable.js';

/** The parts of the API that the description does not contain. */
export interface Api {
  handlers: Handlers;
  authenticators: Authenticators;
}

interface RouterOptions extends Api {
  description: Description;
  rateLimits: RateLimits;
  /** The prefix that a proxy removes from paths. */
  publicPath: string;
}

type Route = ReturnType<typeof routeOf>;

/**
 * Routes requests by the description: counts the request, finds the operation, authenticates the caller, reads and validates
 * the input, calls the handler and writes its reply. Every request counts, also for unknown paths and preflights, except for
 * those to exempt paths: an orchestrator must not mistake a full limit for a dead server.
 *
 * Authenticates before reading the body, so that the server buffers nothing for strangers, and again after it: the session
 * may end while a slow body arrives.
 * @throws DescriptionError if the description cannot be served safely
 */
export async function createRouter(options: RouterOptions): Promise<RequestHandler> {
  const { description, handlers, authenticators, rateLimits } = options;
  assertSecured(description, Object.keys(authenticators));
  const limit = rateLimits.limiterOf('default', description);
  const exempt = pathsWith('x-exempt-from-rate-limit', description);
  const redirects = redirectsOf(description);
  const operations = operationsOf(description);
  assertRoles(operations);
  const validator = await RequestValidator.create(description);
  assertHandled(operations, Object.keys(handlers));
  const routes = new RouteTable<Route>(`${options.publicPath}/docs`);
  for (const placed of operations) routes.add(placed.method, placed.path, routeOf(placed, options));

  const isAnyDeprecated = operations.some(({ operation }) => operation.deprecated);
  /** Before anything can fail, so that errors have these headers too. */
  const announceDeprecation = (req: Request, res: Response): void => {
    const headers = isAnyDeprecated ? routes.find(req.method, req.path)?.deprecationHeaders : undefined;
    for (const [name, value] of Object.entries(headers ?? {})) res.setHeader(name, value);
  };

  const count: RateLimiter = async (req, res) => {
    if (!exempt.has(req.path)) await limit?.(req, res);
  };

  return async function routeRequest(req, res) {
    req.address = canonicalAddress(req.ip);
    announceDeprecation(req, res);
    await count(req, res);
    if (isPreflight(req)) return writeReply(req, res, { status: 204, headers: { 'Content-Length': '0' } });
    const location = redirects.get(req.path);
    if (location !== undefined) return redirect(res, location);
    const { target: route, pathParams } = routes.match(req.method, req.path);
    req.operationId = route.operationId;
    req.params = pathParams;
    await route.limiter?.(req, res);
    if (route.cookieNames.length > 0) req.cookies = parseCookie(req.headers.cookie ?? '');
    const authorize = async (): Promise<void> => {
      if (!route.isSecured) return;
      req.principal = await authenticate(req, route.authenticators);
      if (route.requiredRole && req.principal.user.role !== route.requiredRole) throw new ForbiddenError();
    };
    await authorize();
    if (route.takesBody) {
      await readBody(req, res);
      await authorize();
    } else delete req.headers['content-type'];
    await validator.validate(route.operationId, req, res);
    await writeReply(req, res, await route.handler(callOf(req, route, negotiate(req, res, route.negotiatedTypes))));
  };
}

/** From `/docs/` to `../docs`: a relative reference, because a proxy may have removed a prefix from the path. */
function redirectsOf(description: Description): Map<string, string> {
  const paths = [...pathsWith('x-redirected-from-trailing-slash', description)];
  return new Map(paths.map((path) => [`${path}/`, `..${path.slice(path.lastIndexOf('/'))}`]));
}

function redirect(res: Response, location: string): void {
  res.statusCode = 308;
  res.setHeader('Location', location);
  res.setHeader('Content-Length', '0');
  res.end();
}

function routeOf({ operation }: PlacedOperation, options: RouterOptions) {
  const { description, handlers, authenticators, rateLimits } = options;
  const operationId = operation.operationId as OperationId;
  return {
    operationId,
    isSecured: operation.security?.length !== 0,
    authenticators: (operation.security ?? description.security ?? []).flatMap((requirement) =>
      Object.keys(requirement).flatMap((scheme) => authenticators[scheme] ?? []),
    ),
    requiredRole: operation['x-required-role'],
    deprecationHeaders: deprecationHeaders(operation),
    takesBody: operation.requestBody !== undefined,
    headerNames: parameterNames(description, operation, 'header'),
    cookieNames: parameterNames(description, operation, 'cookie'),
    negotiatedTypes: negotiatedTypesOf(description, operation),
    limiter: rateLimits.limiterOf(operationId, operation),
    handler: handlers[operationId] as (call: Call<OperationId>) => Promise<AnyReply>,
  };
}

/**
 * The media type that the client prefers; the first one for clients that say nothing, or accept none of them. RFC 9110
 * (section 12.5.1) allows that, and most clients can use it.
 */
function negotiate(req: Request, res: Response, mediaTypes: readonly string[]): string | undefined {
  if (mediaTypes.length === 0) return undefined;
  res.vary('Accept');
  return req.accepts([...mediaTypes]) || mediaTypes[0];
}

/** Longer user agents are truncated. They are only shown to people. */
const userAgentMax = 256;

function callOf(req: Request, route: Route, mediaType: string | undefined): Call<OperationId> {
  const { headerNames, cookieNames } = route;
  const cookies = req.cookies as Readonly<Record<string, string | undefined>>;
  return {
    path: req.params,
    query: req.query,
    headers: pick(headerNames, (name) => req.get(name)),
    cookies: pick(cookieNames, (name) => cookies[name]),
    body: req.body as unknown,
    principal: req.principal,
    client: {
      requestId: req.id,
      ip: req.address,
      userAgent: (req.headers['user-agent'] ?? '').slice(0, userAgentMax),
    },
    mediaType,
  } as unknown as Call<OperationId>;
}

function pick(names: readonly string[], valueOf: (name: string) => string | undefined): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, valueOf(name)]));
}
