import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Express, Request, Response } from 'express';
import type { Config } from '../../config/config.js';
import { MalformedRequestError } from '../../errors.js';
import type { Logger } from '../../observability/logger.js';
import type { Metrics } from '../../observability/metrics.js';
import { readCertificate } from './certificate.js';
import { ConnectionLimit } from './connectionLimit.js';
import { expressClasses } from './expressClasses.js';
import { OpenResponses } from './openResponses.js';
import type { IsTrustedProxy } from './trustCanonicalAddresses.js';
import { UnbelievedForwarding } from './unbelievedForwarding.js';
import { problemOf, UnreadableRequests } from './unreadableRequests.js';
import { endUnreadBody } from './unreadBody.js';

/** Timeouts in milliseconds. */
const limits = {
  headersTimeout: 10_000,
  /** For headers and body together. */
  requestTimeout: 30_000,
  /** How often the two above are checked. */
  connectionsCheckingInterval: 1000,
};

/** Maximum length, in characters, of headers that Express's packages match against regular expressions. */
const matchedHeaderMax = 1024;
const matchedHeaders = ['accept', 'accept-encoding', 'cache-control', 'x-forwarded-for'];

/** Socket timeout in milliseconds, for clients that do not read their responses. */
const silenceMax = 120_000;

/**
 * Creates an HTTP server for the app, or an HTTPS server if there is a certificate. It does not listen yet.
 * @throws StartError that names the setting of an unusable file
 */
export function createHttpServer(
  app: Express,
  { tls, connectionsMax, keepAliveTimeoutMs }: Pick<Config, 'tls' | 'connectionsMax' | 'keepAliveTimeoutMs'>,
  logger: Logger,
  metrics: Pick<Metrics, 'refusedConnections'>,
): http.Server {
  const keepAliveTimeout = keepAliveTimeoutMs;
  const options = { ...expressClasses(app), ...limits, keepAliveTimeout, requireHostHeader: false };
  const server = tls ? https.createServer({ ...options, ...readCertificate(tls) }) : http.createServer(options);
  server.timeout = silenceMax;
  // Set by `trustCanonicalAddresses`.
  const { 'trust proxy fn': isTrustedProxy } = app.settings as { 'trust proxy fn': IsTrustedProxy };
  const connectionLimit = new ConnectionLimit(connectionsMax, isTrustedProxy, logger, metrics);
  server.on('connection', (socket: Socket) => connectionLimit.admit(socket));
  const forwarding = new UnbelievedForwarding(isTrustedProxy, logger);
  const open = new OpenResponses(logger);
  const unreadable = new UnreadableRequests(logger, open);
  const listener: http.RequestListener = (req, res) => {
    if (!open.admit(req.socket, res)) return;
    endUnreadBody(req, res);
    if (!isUnambiguous(req) || !toOriginForm(req)) return unreadable.answer(new MalformedRequestError(), res);
    if (matchedHeaders.some((name) => (req.headers[name]?.length ?? 0) > matchedHeaderMax)) {
      return unreadable.answer(problemOf('HPE_HEADER_OVERFLOW'), res);
    }
    forwarding.check(req);
    app(req as Request, res as Response);
  };
  server.on('request', listener);
  // An unknown expectation may be ignored (RFC 9110, section 10.1.1).
  server.on('checkExpectation', listener);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET') socket.destroy();
    else unreadable.end(socket, problemOf(error.code));
  });
  return server;
}

/**
 * Whether every proxy reads this request the same way: HTTP 1.0 or 1.1, a single Host, and no Transfer-Encoding in
 * HTTP/1.0 (RFC 9112, sections 3.2 and 6.1).
 */
function isUnambiguous({ httpVersion, headers, rawHeaders }: http.IncomingMessage): boolean {
  if (httpVersion !== '1.1' && (httpVersion !== '1.0' || headers['transfer-encoding'] !== undefined)) return false;
  return rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length <= 1;
}

/**
 * Reduces a request target in absolute form to path and query: `GET http://host/path` becomes `GET /path` (RFC 9112,
 * section 3.2).
 * @returns false for any other target, and for HTTP/1.1 without Host
 */
function toOriginForm(req: http.IncomingMessage): boolean {
  const target = req.url ?? '';
  if (req.httpVersion === '1.1' && req.headers.host === undefined) return false;
  if (target.startsWith('/') || target === '*') return true;
  if (!/^https?:\/\//i.test(target) || !URL.canParse(target)) return false;
  const { pathname, search } = new URL(target);
  req.url = pathname + search;
  return true;
}
