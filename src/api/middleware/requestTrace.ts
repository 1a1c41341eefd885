import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import type { Attributes, Tracing } from '../../observability/tracing/tracing.js';
import { operationsOf, type Description } from '../openapi/description.js';

/** The methods of RFC 9110 and RFC 5789, which traces show by name. */
const knownMethods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];

/** A method as in OpenTelemetry's semantic conventions for HTTP. */
function methodOf({ method = '' }: IncomingMessage): { name: string; attributes: Attributes } {
  if (knownMethods.includes(method)) return { name: method, attributes: { 'http.request.method': method } };
  const attributes = { 'http.request.method': '_OTHER', 'http.request.method_original': method };
  return { name: 'HTTP', attributes };
}

/** Attributes known at the end of a request. An aborted request has no status. */
function outcomeOf(req: Request, res: Response, route: string | undefined) {
  const hasFailed = res.writableEnded && res.statusCode >= 500;
  const attributes = {
    ...(route !== undefined && { 'http.route': route }),
    ...(req.operationId !== undefined && { 'smart_audit.operation': req.operationId }),
    ...(res.writableEnded && { 'http.response.status_code': res.statusCode }),
    ...(hasFailed && { 'error.type': String(res.statusCode) }),
  };
  return { attributes, hasFailed };
}

/** Runs the following handlers in a span of the request, which has no data of the caller or from the body. */
export function traceRequests(tracing: Tracing, description: Description): RequestHandler {
  const routes = new Map(operationsOf(description).map(({ operation, path }) => [operation.operationId, path]));

  return function traceRequest(req, res, next) {
    const method = methodOf(req);
    const attributes = { ...method.attributes, 'url.path': req.path, 'url.scheme': req.protocol };
    tracing.request({ name: method.name, attributes }, req.headers, (span) => {
      req.trace = span.ids;
      res.once('close', () => {
        const route = routes.get(req.operationId ?? '');
        const name = route === undefined ? method.name : `${method.name} ${route}`;
        span.end({ name, ...outcomeOf(req, res, route) });
      });
      next();
    });
  };
}
