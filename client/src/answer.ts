import { ApiError } from './apiError.js';
import type { FieldError } from './generated/schema.js';
import type { Operation } from './operation.js';

/**
 * The result of a successful answer: an object if the operation answers with JSON, else text; undefined if it has no body.
 * @throws ApiError `unexpected_answer` if the answer is not the API's
 */
export function resultOf(operation: Operation, response: Response, text: string | undefined): unknown {
  if (response.status === 204 || response.status === 304) return undefined;
  if (!operation.accept || text === undefined) throw unexpectedAnswer(response);
  if (!/\bjson$/.test(operation.accept)) return text;
  const body = parse(text);
  if (typeof body !== 'object' || body === null) throw unexpectedAnswer(response);
  return body;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The error that an answer with an error status means. */
export function errorOf(response: Response, body: unknown): ApiError {
  const { code, detail, request_id, errors } = Object(body) as Partial<Record<string, unknown>>;
  if (typeof code !== 'string' || typeof detail !== 'string') return unexpectedAnswer(response);
  return new ApiError({
    code,
    detail,
    status: response.status,
    errors: Array.isArray(errors) ? (errors as FieldError[]) : [],
    requestId: typeof request_id === 'string' ? request_id : requestIdOf(response),
    retryAfter: retryAfterOf(response),
  });
}

/** Such as the page of a proxy. Its text is left out: it may be long, or repeat the request. */
function unexpectedAnswer(response: Response): ApiError {
  return new ApiError({
    code: 'unexpected_answer',
    detail: `Something other than the API answered, with status ${response.status}. Check baseUrl, and what is in between.`,
    status: response.status,
    requestId: requestIdOf(response),
    retryAfter: retryAfterOf(response),
  });
}

function requestIdOf({ headers }: Response): string | undefined {
  return headers.get('X-Request-Id') ?? undefined;
}

/** Seconds, or a date (RFC 9110, section 10.2.3). */
function retryAfterOf({ headers }: Response): number | undefined {
  const value = headers.get('Retry-After')?.trim() ?? '';
  if (/^\d+$/.test(value)) return Number(value);
  // Date.parse alone also reads `-5` and `soon 5` as dates.
  if (!/^\w+, .+ GMT$/.test(value)) return undefined;
  const seconds = Math.ceil((Date.parse(value) - Date.now()) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
