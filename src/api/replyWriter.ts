import type { Request, Response } from 'express';
import type { Content } from './operation.js';
import { jsonOf } from './presentedOnce.js';
import { sendTogether } from './sendTogether.js';

/** What a handler answers with, whatever its operation. */
export interface AnyReply {
  status: number;
  body?: unknown;
  content?: Content | undefined;
  headers?: Readonly<Record<string, string>>;
}

const jsonType = 'application/json; charset=utf-8';

/** Text has a charset; images have none. */
function contentType(mediaType: string): string {
  return mediaType.startsWith('image/') ? mediaType : `${mediaType}; charset=utf-8`;
}

/**
 * Writes a JSON body in one go. Not `res.json`: that makes an ETag for every answer, which costs more than all the rest
 * (docs/performance.md), and these answers are not to be kept anyway.
 */
export function writeJson(res: Response, status: number, body: unknown): void {
  const text = jsonOf(body);
  res.statusCode = status;
  res.setHeader('Content-Type', jsonType);
  res.setHeader('Content-Length', Buffer.byteLength(text));
  sendTogether(res, text);
}

/** Writes a handler's reply. One with an ETag that the client already has becomes 304, without its body. */
export function writeReply(req: Request, res: Response, reply: AnyReply): void {
  for (const [name, value] of Object.entries(reply.headers ?? {})) res.setHeader(name, value);
  res.statusCode = reply.status;
  if (reply.body !== undefined) return writeJson(res, reply.status, reply.body);
  if (!reply.content) return void res.end();
  if (req.fresh) {
    res.statusCode = 304;
    return void res.end();
  }
  res.setHeader('Content-Type', contentType(reply.content.mediaType));
  res.setHeader('Content-Length', reply.content.bytes.byteLength);
  res.end(reply.content.bytes);
}
