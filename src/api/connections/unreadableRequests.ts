import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { MalformedRequestError, SmartAuditError } from '../../core/errors.js';
import type { Logger } from '../../core/logger.js';
import { errorBody } from '../errorBody.js';
import type { NodeConnection } from './nodeConnection.js';

/** What node says of a request that never became one. */
export function problemOf(code: string | undefined): SmartAuditError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new SmartAuditError(431, 'headers_too_large', 'The headers are too large. Send fewer or shorter ones.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new SmartAuditError(408, 'request_timeout', 'The request did not arrive in time. Send it again.');
    default:
      return new MalformedRequestError();
  }
}

/** Answers what the app cannot be asked with the standard error body, logs that, and closes the connection. */
export class UnreadableRequests {
  private readonly ending = new WeakSet<NodeConnection>();

  constructor(private readonly logger: Logger) {}

  answer(problem: SmartAuditError, res: http.ServerResponse): void {
    const { headers, body } = this.prepare(problem);
    res.writeHead(problem.statusCode, headers).end(body);
  }

  /** Where there is no request to answer, only a connection: in the turn that a request would have. */
  end(socket: NodeConnection, problem: SmartAuditError): void {
    if (this.ending.has(socket)) return;
    this.ending.add(socket);
    this.endInTurn(socket, problem);
  }

  private endInTurn(socket: NodeConnection, problem: SmartAuditError): void {
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
