import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { Express } from 'express';
import { SmartAuditError } from '../core/errors.js';
import { errorBody } from './errorHandler.js';

/**
 * Classes whose instances are Express's requests and responses from the start. Express otherwise changes the prototype
 * of both for every request, which makes the engine forget what it had optimised (docs/performance.md).
 */
function expressClasses(app: Express): Pick<http.ServerOptions, 'IncomingMessage' | 'ServerResponse'> {
  function Request(this: http.IncomingMessage, socket: Socket): void {
    (http.IncomingMessage as unknown as (this: http.IncomingMessage, socket: Socket) => void).call(this, socket);
  }
  Request.prototype = app.request;
  function Response(this: http.ServerResponse, ...args: unknown[]): void {
    (http.ServerResponse as unknown as (this: http.ServerResponse, ...args: unknown[]) => void).apply(this, args);
  }
  Response.prototype = app.response;
  return { IncomingMessage: Request, ServerResponse: Response } as unknown as ReturnType<typeof expressClasses>;
}

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

/** @throws Error that names the setting whose file cannot be read or is not what it should be */
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
    throw new Error(`${setting}: ${file} cannot be used (${(error as Error).message}).`, { cause: error });
  }
}

/**
 * An HTTP server for the app, or an HTTPS server with a certificate; not yet listening.
 * @param tls PEM files
 * @throws Error that names the setting whose file cannot be used
 */
export function createHttpServer(app: Express, tls?: { certFile: string; keyFile: string }): http.Server {
  const options = { ...expressClasses(app), ...limits };
  const server = tls
    ? https.createServer({ ...options, ...readCertificate(tls) }, app)
    : http.createServer(options, app);
  server.on('clientError', answerUnreadable);
  return server;
}

/** What node says of a request that never became one. */
function unreadable(code: string | undefined): SmartAuditError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new SmartAuditError(431, 'headers_too_large', 'The headers are too large. Send at most 16 kB.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new SmartAuditError(408, 'request_timeout', 'The request did not arrive in time. Send it again.');
    default:
      return new SmartAuditError(400, 'malformed_request', 'This is not a valid HTTP request.');
  }
}

/** Answers with the standard error body where there is no request to answer, only a connection. */
function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const problem = unreadable(error.code);
  const requestId = randomUUID();
  const body = JSON.stringify(errorBody(problem, requestId));
  const lines = [
    `HTTP/1.1 ${problem.statusCode} ${http.STATUS_CODES[problem.statusCode]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    `X-Request-Id: ${requestId}`,
    'Connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
