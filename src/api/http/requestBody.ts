import { isUtf8 } from 'node:buffer';
import express, { type Request, type RequestHandler, type Response } from 'express';
import {
  BodyTooLargeError,
  MalformedJsonError,
  MalformedRequestError,
  UnsupportedMediaTypeError,
} from '../../errors.js';

const mediaType = 'application/json';

/** Maximum size of a body in bytes, both as sent and decompressed. */
const bodyMax = 100 * 1024;

const parseJson: RequestHandler = express.json({
  limit: bodyMax,
  // Accepts any JSON value: the validator reports what is wrong with it.
  strict: false,
  type: mediaType,
  // Decoding replaces each invalid byte by the same character, so different passwords would become equal.
  verify: (_req, _res, bytes) => {
    if (!isUtf8(bytes)) throw new Error('The body is not UTF-8.');
  },
});

/** Maximum length of a Content-Type, in characters. */
const typeMax = 256;

/** The media type and its parameters, apart from each other: a quoted value may contain semicolons. */
const partsOfType = /(?:"(?:[^"\\]|\\.)*"?|[^;"])+/g;

/** Whether a Content-Type is JSON in UTF-8 (RFC 8259, section 8.1). Parameters other than charset mean nothing to JSON. */
function isUtf8Json(type = ''): boolean {
  if (type.length > typeMax) return false;
  const [name, ...parameters] = (type.match(partsOfType) ?? []).map((part) => part.trim().toLowerCase());
  const charsets = parameters.filter((parameter) => /^charset\s*=/.test(parameter));
  return name === mediaType && charsets.every((charset) => /^charset\s*=\s*("?)utf-?8\1$/.test(charset));
}

/** Maps body-parser's errors, by their documented `type`. */
function bodyError(error: unknown): unknown {
  const { type, status, code } = error as { type?: string; status?: number; code?: unknown };
  switch (type) {
    case 'entity.too.large':
      return new BodyTooLargeError();
    case 'encoding.unsupported':
      return new UnsupportedMediaTypeError();
    case 'entity.parse.failed':
      return new MalformedJsonError();
    case undefined:
      // A corrupt compressed body is an error of zlib.
      return status === 400 || String(code).startsWith('Z_') ? new MalformedRequestError() : error;
    default:
      return new MalformedRequestError();
  }
}

/** Reports a body as soon as it is too large: the parser would first read all of it. */
function onTooLarge(req: Request, report: () => void): void {
  let size = 0;
  req.on('data', (bytes: Buffer) => {
    size += bytes.length;
    if (size > bodyMax) report();
  });
}

/**
 * Reads the body of a request whose operation takes one, and normalises its Content-Type to `application/json`: the
 * validator caches its compiled schemas for every spelling of that header, without a limit.
 * @throws UnsupportedMediaTypeError, BodyTooLargeError, MalformedJsonError, MalformedRequestError
 */
export async function readBody(req: Request, res: Response): Promise<void> {
  const length = Number(req.headers['content-length'] ?? 0);
  const isChunked = req.headers['transfer-encoding'] !== undefined;
  // Clients send a type of their own with an empty body.
  if ((isChunked || length > 0) && !isUtf8Json(req.headers['content-type'])) throw new UnsupportedMediaTypeError();
  if (length > bodyMax) throw new BodyTooLargeError();
  req.headers['content-type'] = mediaType;
  await new Promise<void>((resolve, reject) => {
    parseJson(req, res, (error?: unknown) => (error ? reject(bodyError(error)) : resolve()));
    if (isChunked) onTooLarge(req, () => reject(new BodyTooLargeError()));
  });
}
