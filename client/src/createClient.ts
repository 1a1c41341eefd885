import type { Auth } from './auth.js';
import { parseBaseUrl } from './baseUrl.js';
import { withDeadline, type Deadline } from './deadline.js';
import { operations, type Operations } from './generated/operations.js';
import type { LoginResponse } from './generated/schema.js';
import type { CallOptions, Page } from './method.js';
import type { Operation } from './operation.js';
import { allItems } from './pages.js';
import { storeAt, type RefreshTokenPlace } from './refreshTokenStore.js';
import type { Arguments } from './request.js';
import { isRepeatable, withRetries } from './retry.js';
import { Session, type SessionRequests } from './session.js';
import { createTransport, type Fetch } from './transport.js';

export interface ClientOptions {
  /** The URL of the API, such as `https://api.example.com` or `https://example.com/accounts`. */
  baseUrl: string;
  /**
   * Where the refresh token is kept. Default: on pages of a browser `cookie`, an HttpOnly cookie that lives as long as the session;
   * elsewhere `memory`, which is gone with the program.
   */
  refreshToken?: RefreshTokenPlace | undefined;
  /** Milliseconds that a call may take, with its retries. `Infinity`: no limit. Default: 30,000. */
  timeout?: number | undefined;
  /** Sends the requests. Default: the global function. */
  fetch?: Fetch | undefined;
}

/** The methods of the API, and the session that they use. */
export interface Client extends Operations {
  readonly auth: Auth;
}

/**
 * Creates a client. It sends nothing yet.
 * @throws TypeError if `baseUrl` is not a URL of HTTP or HTTPS
 */
export function createClient(options: ClientOptions): Client {
  const { baseUrl, refreshToken, timeout: defaultTimeout = 30_000 } = options;
  const store = storeAt(refreshToken);
  const fetch: Fetch = (request) => (options.fetch ?? globalThis.fetch)(request);
  const send = createTransport(parseBaseUrl(baseUrl), fetch, store === undefined);
  const session = new Session(store);
  const within = <T>(callOptions: CallOptions, call: (deadline: Deadline) => Promise<T>): Promise<T> =>
    withDeadline(callOptions, defaultTimeout, call);

  const requests = (deadline: Deadline): SessionRequests => ({
    logIn: (args) => send(operations.logIn, { ...args }, deadline) as Promise<LoginResponse>,
    refreshTokens: (token) =>
      // The server lets a refresh be repeated, although it is a POST.
      within({}, (own) =>
        withRetries(() => send(operations.refreshTokens, token ? { refresh_token: token } : {}, own), own),
      ) as Promise<LoginResponse>,
    logOut: (args, accessToken) => send(operations.logOut, { ...args }, deadline, accessToken),
  });

  async function call(operation: Operation, args: Arguments, callOptions: CallOptions): Promise<unknown> {
    return within(callOptions, (deadline) => {
      const request = (token?: string): Promise<unknown> => {
        const once = (): Promise<unknown> => send(operation, args, deadline, token);
        return isRepeatable(operation) ? withRetries(once, deadline) : once();
      };
      return operation.auth ? session.authorized(requests(deadline), request) : request();
    });
  }

  function method(operation: Operation): object {
    const { pageSize } = operation;
    const once = (args: Arguments = {}, callOptions: CallOptions = {}): Promise<unknown> =>
      call(operation, args, callOptions);
    if (pageSize === undefined) return once;
    const all = (args: Arguments = {}, callOptions: CallOptions = {}): AsyncGenerator =>
      allItems((cursor) => once({ limit: pageSize, ...args, ...cursor }, callOptions) as Promise<Page>);
    return Object.assign(once, { all });
  }

  const auth: Auth = {
    logIn: (args, callOptions = {}) => within(callOptions, (deadline) => session.logIn(requests(deadline), args)),
    restore: (callOptions = {}) => within(callOptions, (deadline) => session.restore(requests(deadline))),
    logOut: (args = {}, callOptions = {}) =>
      within(callOptions, (deadline) => session.logOut(requests(deadline), args)),
    onSessionEnded: (listener) => session.onEnded(listener),
  };
  const methods = Object.fromEntries(Object.entries(operations).map(([id, operation]) => [id, method(operation)]));
  return { ...(methods as unknown as Operations), auth };
}
