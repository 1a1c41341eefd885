import { isUtf8 } from 'node:buffer';
import express, { type Request, type RequestHandler, type Response } from 'express';
import {
  BodyTooLargeError,
  MalformedJsonError,
  MalformedRequestError,
  UnsupportedMediaTypeError,
} from '../core/errors.js';

const mediaType = 'application/json';

/** Of a body, as it is sent and as it is when it is unpacked; in bytes. */
const bodyMax = 100 * 1024;

const parseJson: RequestHandler = express.json({
  limit: bodyMax,
  // Any JSON value: the validator says what is wrong with it.
  strict: false,
  type: mediaType,
  // Decoding would make the same character of all bytes that are not UTF-8, and one password of many.
  verify: (_req, _res, bytes) => {
    if (!isUtf8(bytes)) throw new Error('The body is not UTF-8.');
  },
});

/** JSON between systems is UTF-8 (RFC 8259, section 8.1), whether a charset says so or none is named. */
const utf8Json = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?(;(?!\s*charset)[^;]*)*$/i;

/** The longest Content-Type that is read, in characters: the body parser and the validator have patterns of their own for it. */
const typeMax = 256;

function isUtf8Json(type: string): boolean {
  return type.length <= typeMax && utf8Json.test(type.trim());
}

/** What body-parser's errors mean; their `type` is its stable name for them. */
function bodyError(error: unknown): unknown {
  const { type } = error as { type?: string };
  switch (type) {
    case 'entity.too.large':
      return new BodyTooLargeError();
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return new UnsupportedMediaTypeError();
    case 'entity.parse.failed':
      return new MalformedJsonError();
    case undefined:
      // zlib tells of a broken compressed body with an errno of its own.
      return (error as { status?: number }).status === 400 || isZlibError(error) ? new MalformedRequestError() : error;
    default:
      return new MalformedRequestError();
  }
}

function isZlibError(error: unknown): boolean {
  return ((error as { code?: string }).code ?? '').startsWith('Z_');
}

/** The parser would read all that comes before it says that it is too much. */
function onTooMuch(req: Request, tell: () => void): void {
  let size = 0;
  req.on('data', (bytes: Buffer) => {
    size += bytes.length;
    if (size > bodyMax) tell();
  });
}

/**
 * Reads the body of a request whose operation takes one, and leaves exactly `application/json` as its Content-Type: the
 * validator keeps a compiled copy of its schemas for every spelling of that header, for ever.
 * @throws UnsupportedMediaTypeError, BodyTooLargeError, MalformedJsonError, MalformedRequestError
 */
export async function readBody(req: Request, res: Response): Promise<void> {
  const type = req.headers['content-type'];
  if (type !== undefined && !isUtf8Json(type)) throw new UnsupportedMediaTypeError();
  const length = Number(req.headers['content-length'] ?? 0);
  const isChunked = req.headers['transfer-encoding'] !== undefined;
  if ((isChunked || length > 0) && type === undefined) throw new UnsupportedMediaTypeError();
  if (length > bodyMax) throw new BodyTooLargeError();
  await new Promise<void>((resolve, reject) => {
    parseJson(req, res, (error?: unknown) => (error ? reject(bodyError(error)) : resolve()));
    if (isChunked) onTooMuch(req, () => reject(new BodyTooLargeError()));
  });
  req.headers['content-type'] = mediaType;
}
