import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { Express, Request, Response } from 'express';
import type { Config } from '../core/config.js';
import { MalformedRequestError, SmartAuditError } from '../core/errors.js';
import type { Logger } from '../core/logger.js';
import type { Metrics } from '../core/metrics.js';
import { QuietWarning } from '../core/quietWarning.js';
import { StartError } from '../core/startError.js';
import { renewConnection } from './connectionRenewal.js';
import { errorBody } from './errorBody.js';
import { expressClasses } from './expressClasses.js';
import { admitPipelined } from './pipelineLimit.js';

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

/**
 * How long nothing at all may move on a connection, in milliseconds: for clients that do not take their answers. Longer
 * than any request is worked on.
 */
const silenceMax = 120_000;

/** @throws StartError that names the setting whose file cannot be read or is not what it should be */
function readCertificate({ certFile, keyFile }: { certFile: string; keyFile: string }): { cert: Buffer; key: Buffer } {
  const cert = readPem('TLS_CERT_FILE', certFile, (pem) => createSecureContext({ cert: pem }));
  const key = readPem('TLS_KEY_FILE', keyFile, (pem) => createSecureContext({ cert, key: pem }));
  return { cert, key };
}

function readPem(setting: string, file: string, tryOut: (pem: Buffer) => unknown): Buffer {
  try {
    const pem = readFileSync(file);
    tryOut(pem);
    return pem;
  } catch (error) {
    throw new StartError(`${setting}: ${file} cannot be used (${(error as Error).message}).`, error);
  }
}

/**
 * An HTTP server for the app, or an HTTPS server with a certificate; not yet listening.
 * @throws StartError that names the setting whose file cannot be used
 */
export function createHttpServer(
  app: Express,
  { tls, connectionsMax, workers }: Pick<Config, 'tls' | 'connectionsMax' | 'workers'>,
  logger: Logger,
  metrics: Pick<Metrics, 'refusedConnections'>,
): http.Server {
  const options = { ...expressClasses(app), ...limits, requireHostHeader: false };
  const server = tls ? https.createServer({ ...options, ...readCertificate(tls) }) : http.createServer(options);
  server.timeout = silenceMax;
  // Node closes what comes beyond it.
  server.maxConnections = connectionsMax;
  const tooMany = new QuietWarning(logger, 'Connections were closed at once: there are CONNECTIONS_MAX', 'refused');
  server.on('drop', () => {
    metrics.refusedConnections.inc();
    tooMany.happened();
  });
  const unreadable = new UnreadableRequests(logger);
  const listener: http.RequestListener = (req, res) => {
    if (!admitPipelined(req.socket, res)) return;
    if (workers > 1) renewConnection(req.socket, res);
    if (!toOriginForm(req)) return unreadable.answer(new MalformedRequestError(), res);
    app(req as Request, res as Response);
  };
  server.on('request', listener);
  // An expectation that nobody knows may be ignored (RFC 9110, section 10.1.1).
  server.on('checkExpectation', listener);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET') socket.destroy();
    else unreadable.end(socket, problemOf(error.code));
  });
  return server;
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

/** What node says of a request that never became one. */
function problemOf(code: string | undefined): SmartAuditError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new SmartAuditError(431, 'headers_too_large', 'The headers are too large. Send at most 16 kB.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new SmartAuditError(408, 'request_timeout', 'The request did not arrive in time. Send it again.');
    default:
      return new MalformedRequestError();
  }
}

/** Answers what the app cannot be asked with the standard error body, logs that, and closes the connection. */
class UnreadableRequests {
  private readonly ending = new WeakSet<Socket>();

  constructor(private readonly logger: Logger) {}

  answer(problem: SmartAuditError, res: http.ServerResponse): void {
    const { headers, body } = this.prepare(problem);
    res.writeHead(problem.statusCode, headers).end(body);
  }

  /** Where there is no request to answer, only a connection: in the turn that a request would have. */
  end(socket: Socket, problem: SmartAuditError): void {
    if (this.ending.has(socket)) return;
    this.ending.add(socket);
    this.endInTurn(socket, problem);
  }

  private endInTurn(socket: Socket & AnswerUnderWay, problem: SmartAuditError): void {
    const { _httpMessage: underWay } = socket;
    // An incomplete request is the unreadable one itself: nobody will answer it.
    if (underWay?.req.complete) return void underWay.once('close', () => this.endInTurn(socket, problem));
    if (!socket.writable || underWay?.headersSent) return void socket.destroy();
    const { headers, body } = this.prepare(problem);
    const { statusCode: status } = problem;
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\n${lines.join('')}`;
    socket.end(`${head}\r\n${body}`, () => socket.destroy());
  }

  private prepare(problem: SmartAuditError): { headers: Record<string, string | number>; body: string } {
    const requestId = randomUUID();
    const { statusCode: status, code } = problem;
    this.logger.info({ request_id: requestId, status, code }, 'Unreadable request');
    const body = JSON.stringify(errorBody(problem, requestId));
    const headers = {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'X-Request-Id': requestId,
      Connection: 'close',
    };
    return { headers, body };
  }
}

/** What node's server notes on a connection and does not declare: the answer whose turn it is. */
interface AnswerUnderWay {
  _httpMessage?: http.ServerResponse | null;
}
