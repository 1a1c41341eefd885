import type { Request, Response } from 'express';
import type { components } from '../../../generated/api.js';
import type { SmartAuditError } from '../../errors.js';
import type { Handlers, OperationId } from '../openapi/operation.js';

/** The reply of a handler, of any operation. */
export type AnyReply = Awaited<ReturnType<Handlers[OperationId]>>;

/** Writes a JSON body. Not `res.json`, which answers 304 without a body to `If-None-Match: *`. */
export function writeJson(res: Response, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  res.statusCode = status;
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.setHeader('Content-Length', Buffer.byteLength(text));
  res.end(text);
}

/** Writes a handler's reply. Content whose ETag the client already has becomes a 304 without a body. */
export function writeReply(req: Request, res: Response, reply: AnyReply): void {
  for (const [name, value] of Object.entries(reply.headers ?? {})) res.setHeader(name, value);
  res.statusCode = reply.status;
  if (reply.body !== undefined) return writeJson(res, reply.status, reply.body);
  if (!reply.content) return void res.end();
  if (req.fresh) {
    res.statusCode = 304;
    return void res.end();
  }
  const { mediaType, bytes } = reply.content;
  res.setHeader('Content-Type', mediaType.startsWith('image/') ? mediaType : `${mediaType}; charset=utf-8`);
  res.setHeader('Content-Length', bytes.byteLength);
  res.end(bytes);
}

export function errorBody(error: SmartAuditError, requestId: string): components['schemas']['ApiError'] {
  return {
    detail: error.message,
    status_code: error.statusCode,
    code: error.code,
    request_id: requestId,
    ...(error.errors && { errors: [...error.errors] }),
  };
}
