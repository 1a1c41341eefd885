import createFetchClient from 'openapi-fetch';
import { errorOf, resultOf } from './answer.js';
import { ApiError } from './apiError.js';
import type { Deadline } from './deadline.js';
import type { Operation } from './operation.js';
import { requestParts, type Arguments } from './request.js';

/** Like the global function. It always gets a `Request`. */
export type Fetch = (request: Request) => Promise<Response>;

/** Sends one request, and resolves with the result of the operation. Rejects with an ApiError, or the deadline's reason. */
export type Transport = (
  operation: Operation,
  args: Arguments,
  deadline: Deadline,
  accessToken?: string,
) => Promise<unknown>;

/** What we use of openapi-fetch. The types of our operations come with the methods. */
type SendRequest = (
  method: string,
  path: string,
  init: object,
) => Promise<{ data?: string; error?: unknown; response: Response }>;

/** @param withCookies whether the refresh token is in a cookie */
export function createTransport(baseUrl: string, fetch: Fetch, withCookies: boolean): Transport {
  const send = createFetchClient({ baseUrl, fetch }).request as unknown as SendRequest;
  return async function request(operation, args, { signal }, accessToken) {
    const { body, ...params } = requestParts(operation, args);
    // Otherwise fetch sends `no-cache` along with If-None-Match, and never gets a 304.
    const cacheControl = 'If-None-Match' in params.header ? 'max-age=0' : undefined;
    const init = {
      params,
      body,
      headers: {
        Accept: operation.accept,
        Authorization: accessToken && `Bearer ${accessToken}`,
        'Cache-Control': cacheControl,
      },
      // Other operations have no cookies, and those for pages of every origin must not be sent any.
      ...(withCookies && operation.cookies ? { credentials: 'include' } : {}),
      // The API redirects nobody. What does would get the password.
      redirect: 'error',
      parseAs: 'text',
      signal,
    };
    const { data, error, response } = await send(operation.method, operation.path, init).catch((cause: unknown) => {
      throw signal.aborted ? signal.reason : networkError(cause);
    });
    if (response.ok || response.status === 304) return resultOf(operation, response, data);
    throw errorOf(response, error);
  };
}

function networkError(cause: unknown): ApiError {
  const detail =
    'The server cannot be reached. Check baseUrl and the network, and in a browser whether this page may call it.';
  return new ApiError({ code: 'network_error', status: 0, detail, cause });
}
