import type { Request, Response } from 'express';
import type { SmartAuditError } from '../../errors.js';
import type { Handlers, OperationId } from '../openapi/operation.js';
import { codings, StaticFile } from './staticFile.js';

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

/** Writes a handler's reply. */
export async function writeReply(req: Request, res: Response, reply: AnyReply): Promise<void> {
  for (const [name, value] of Object.entries(reply.headers ?? {})) res.setHeader(name, value);
  res.statusCode = reply.status;
  if (reply.body !== undefined) return writeJson(res, reply.status, reply.body);
  const { content } = reply;
  if (!content) return void res.end();
  if (content instanceof StaticFile) return writeFile(req, res, content);
  writeBytes(res, content.mediaType, content.bytes);
}

/** Writes a file, compressed if the client can read that. A file that the client already has becomes a 304 without a body. */
async function writeFile<MediaType extends string>(
  req: Request,
  res: Response,
  file: StaticFile<MediaType>,
): Promise<void> {
  if (file.isCompressible) res.vary('Accept-Encoding');
  const coding = file.isCompressible ? codings.find((each) => req.acceptsEncodings(each)) : undefined;
  res.setHeader('ETag', file.etag(coding));
  if (req.fresh) {
    res.statusCode = 304;
    return void res.end();
  }
  const bytes = await file.encode(coding);
  if (coding) res.setHeader('Content-Encoding', coding);
  writeBytes(res, file.mediaType, bytes);
}

function writeBytes(res: Response, mediaType: string, bytes: Buffer): void {
  res.setHeader('Content-Type', mediaType.startsWith('image/') ? mediaType : `${mediaType}; charset=utf-8`);
  res.setHeader('Content-Length', bytes.byteLength);
  res.end(bytes);
}

/** The response body of an error: the description's schema `Error`. */
export function errorBody(error: SmartAuditError, requestId: string): object {
  return {
    detail: error.message,
    status_code: error.statusCode,
    code: error.code,
    request_id: requestId,
    ...(error.errors && { errors: error.errors }),
  };
}
