import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type { Socket } from 'node:net';
import { MalformedRequestError, SmartAuditError } from '../../errors.js';
import type { Logger } from '../../observability/logger.js';
import type { OpenResponses } from './openResponses.js';
import { errorBody } from './replyWriter.js';

/** The error to respond with, by the code that Node's HTTP parser gives. */
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

/** Responds to requests that never reach the app: standard error body, log line, and the connection is closed. */
export class UnreadableRequests {
  private readonly ending = new WeakSet<Socket>();

  constructor(
    private readonly logger: Logger,
    private readonly open: Pick<OpenResponses, 'oldest'>,
  ) {}

  answer(problem: SmartAuditError, res: http.ServerResponse): void {
    const { headers, body } = this.prepare(problem);
    res.writeHead(problem.statusCode, headers).end(body);
  }

  /** Responds on a connection whose input could not be parsed, after the responses to the requests before that. */
  end(socket: Socket, problem: SmartAuditError): void {
    if (this.ending.has(socket)) return;
    this.ending.add(socket);
    this.endInTurn(socket, problem);
  }

  private endInTurn(socket: Socket, problem: SmartAuditError): void {
    const current = this.open.oldest(socket);
    // An incomplete request is the malformed one itself: this is its response.
    if (current?.req.complete) return void current.once('close', () => this.endInTurn(socket, problem));
    if (!socket.writable || current?.headersSent) return void socket.destroy();
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
