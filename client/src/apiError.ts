import type { ErrorCode, FieldError } from './generated/schema.js';

/**
 * Codes that are the client's own: the server did not answer (`network_error`), not in time (`timeout`), something else
 * answered in its place (`unexpected_answer`), or another person has logged in with this client, or with the browser's cookie
 * (`user_changed`).
 */
export type ClientErrorCode = 'network_error' | 'timeout' | 'unexpected_answer' | 'user_changed';

/** What an error consists of. */
export type ApiErrorFields = Pick<ApiError, 'code' | 'status' | 'detail'> &
  Partial<Pick<ApiError, 'errors' | 'requestId' | 'retryAfter' | 'cause'>>;

/** Two copies of this module, such as the ESM and the CommonJS one, know each other's errors by it. */
const brand = Symbol.for('@smart-audit/client:ApiError');

/** A call that failed. Its texts contain nothing that the call has sent. */
export class ApiError extends Error {
  /** For programs: an `ErrorCode` of the API, one that is newer than this client, or a `ClientErrorCode`. */
  readonly code: string;
  /** The HTTP status; 0 if there was no answer. */
  readonly status: number;
  /** For people. The same as `message`. */
  readonly detail: string;
  /** What is wrong with the input, one entry each. */
  readonly errors: readonly FieldError[];
  /** Identifies the request in the server's log. */
  readonly requestId: string | undefined;
  /** Seconds to wait before another attempt. */
  readonly retryAfter: number | undefined;

  constructor({ code, status, detail, errors = [], requestId, retryAfter, cause }: ApiErrorFields) {
    super(detail, cause === undefined ? undefined : { cause });
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.errors = errors;
    this.requestId = requestId;
    this.retryAfter = retryAfter;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Whether something that was thrown is an ApiError, and has this code. */
export function isApiError(error: unknown): error is ApiError;
export function isApiError<Code extends ErrorCode | ClientErrorCode>(
  error: unknown,
  code: Code,
): error is ApiError & { readonly code: Code };
export function isApiError(error: unknown, code?: string): boolean {
  if (!(error instanceof Error) || !(brand in error)) return false;
  return code === undefined || (error as unknown as ApiError).code === code;
}
