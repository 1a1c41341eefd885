import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Express, Request, Response } from 'express';
import type { Config } from '../../core/config.js';
import { MalformedRequestError } from '../../core/errors.js';
import type { Logger } from '../../core/logger.js';
import type { Metrics } from '../../core/metrics.js';
import { readCertificate } from './certificate.js';
import { ConnectionLimit } from './connectionLimit.js';
import { expressClasses } from './expressClasses.js';
import type { NodeConnection } from './nodeConnection.js';
import { PipelineLimit } from './pipelineLimit.js';
import { problemOf, UnreadableRequests } from './unreadableRequests.js';
import { endUnreadBody } from './unreadBody.js';

/** Times are in milliseconds. */
const limits = {
  /** For the headers of a request to arrive. */
  headersTimeout: 10_000,
  /** For a whole request to arrive. */
  requestTimeout: 30_000,
  /** How often the two above are looked at. */
  connectionsCheckingInterval: 1000,
  /** For the next request on a connection: longer than the 60 s after which common proxies let go of it. */
  keepAliveTimeout: 65_000,
};

/** The longest value, in characters, of the headers that Express holds against patterns of its packages. */
const matchedHeaderMax = 1024;
const matchedHeaders = ['cache-control', 'x-forwarded-for'];

/**
 * How long nothing at all may move on a connection, in milliseconds: for clients that do not take their answers. Longer
 * than any request is worked on.
 */
const silenceMax = 120_000;

/**
 * An HTTP server for the app, or an HTTPS server with a certificate; not yet listening.
 * @throws StartError that names the setting whose file cannot be used
 */
export function createHttpServer(
  app: Express,
  { tls, connectionsMax }: Pick<Config, 'tls' | 'connectionsMax'>,
  logger: Logger,
  metrics: Pick<Metrics, 'refusedConnections'>,
): http.Server {
  const options = { ...expressClasses(app), ...limits, requireHostHeader: false };
  const server = tls ? https.createServer({ ...options, ...readCertificate(tls) }) : http.createServer(options);
  server.timeout = silenceMax;
  // Express compiles it from TRUST_PROXY.
  const { 'trust proxy fn': isBelieved } = app.settings as { 'trust proxy fn': ConnectionLimit['isBelieved'] };
  const connectionLimit = new ConnectionLimit(connectionsMax, isBelieved, logger, metrics);
  server.on('connection', (socket: Socket) => connectionLimit.admit(socket));
  const pipelineLimit = new PipelineLimit(logger);
  const unreadable = new UnreadableRequests(logger);
  const listener: http.RequestListener = (req, res) => {
    if (!pipelineLimit.admit(req.socket, res)) return;
    endUnreadBody(req, res);
    if (!isUnambiguous(req) || !toOriginForm(req)) return unreadable.answer(new MalformedRequestError(), res);
    if (matchedHeaders.some((name) => (req.headers[name]?.length ?? 0) > matchedHeaderMax)) {
      return unreadable.answer(problemOf('HPE_HEADER_OVERFLOW'), res);
    }
    app(req as Request, res as Response);
  };
  server.on('request', listener);
  // An expectation that nobody knows may be ignored (RFC 9110, section 10.1.1).
  server.on('checkExpectation', listener);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: NodeConnection) => {
    if (error.code === 'ECONNRESET') socket.destroy();
    else unreadable.end(socket, problemOf(error.code));
  });
  return server;
}

/**
 * Whether everyone on the way reads this request alike: its version is 1.0 or 1.1, no second Host names another server, and
 * no Transfer-Encoding stands where older programs look for a length (RFC 9112, sections 3.2 and 6.1).
 */
function isUnambiguous({ httpVersion, headers, rawHeaders }: http.IncomingMessage): boolean {
  if (httpVersion !== '1.1' && (httpVersion !== '1.0' || headers['transfer-encoding'] !== undefined)) return false;
  return rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length <= 1;
}

/**
 * Leaves path and query as the target of a request: `GET http://host/path` is the same as `GET /path` (RFC 9112, section
 * 3.2). False for a target that is neither, and for a request without the Host that HTTP/1.1 asks for.
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
