import { setTimeout as delay } from 'node:timers/promises';
import { newAccount } from './accounts.js';

type Operation = 'signUp' | 'logIn' | 'getCurrentUser' | 'updateCurrentUser' | 'refreshTokens' | 'logOut';

/** What a visitor does. A retry after a 503 may find that it was done before: then `doneBefore` means success too. */
const operations: Record<Operation, { method: string; path: string; status: number; doneBefore?: number }> = {
  signUp: { method: 'POST', path: '/auth/signup', status: 201, doneBefore: 409 },
  logIn: { method: 'POST', path: '/auth/login', status: 200 },
  getCurrentUser: { method: 'GET', path: '/api/v1/users/me', status: 200 },
  updateCurrentUser: { method: 'PATCH', path: '/api/v1/users/me', status: 200 },
  refreshTokens: { method: 'POST', path: '/auth/refresh', status: 200 },
  logOut: { method: 'POST', path: '/auth/logout', status: 204, doneBefore: 401 },
};

interface Answer {
  operation: Operation;
  /** 0 if none came in time, or the connection broke. */
  status: number;
  body: Record<string, unknown>;
  retryAfter: string | null;
  /** When it came, as of Date.now(). */
  at: number;
  isSuccess: boolean;
}

/** What a visitor has done with one account, as far as it was answered. */
export interface Trace {
  email: string;
  /** Whether a sign-up was answered with 201: then the account must exist; otherwise it may. */
  isSignedUp: boolean;
  /** The first name must be one of these: the last that was answered, and those that were sent after it. */
  firstNames: string[];
  /** The session that goes on; undefined if there is none, or that is uncertain. */
  sessionId: string | undefined;
  /** Sessions whose end was answered. */
  endedSessions: string[];
}

interface Sent {
  token?: string;
  body?: object;
}

interface Tokens {
  access_token: string;
  refresh_token: string;
  session_id: string;
}

const visitors = 5;

/** How often a visitor retries the last refresh, after `stop`. */
const lastTries = 20;

/** How long a visitor waits after each answer, in milliseconds. */
const pauseMs = 20;

/** How long a visitor waits after a request without an answer, in milliseconds. */
const longPauseMs = 200;

/** Whether an answer is what the description promises of a server that is temporarily unavailable. */
export function isOrderly503({ status, body, retryAfter }: Answer): boolean {
  return status === 503 && Number(retryAfter) > 0 && body['status_code'] === 503 && typeof body['code'] === 'string';
}

/**
 * People who use a server at the same time: each signs up, logs in, reads, changes and refreshes, logs out, and starts
 * again. They retry after a 503.
 */
export class VisitorLoad {
  readonly answers: Answer[] = [];
  readonly traces: Trace[] = [];
  private isStopping = false;
  private readonly visitors: Promise<void>[];

  /**
   * @param patienceMs how long a visitor waits for an answer
   * @param isDeathForgiven whether visitors also retry after no answer
   */
  constructor(
    private readonly url: string,
    private readonly patienceMs: number,
    private readonly isDeathForgiven = false,
  ) {
    this.visitors = Array.from({ length: visitors }, async () => {
      let hasSucceeded = true;
      while (hasSucceeded && !this.isStopping) hasSucceeded = await this.visit();
    });
  }

  get failures(): Answer[] {
    return this.answers.filter((answer) => !answer.isSuccess && !this.isForgiven(answer));
  }

  private isForgiven(answer: Answer): boolean {
    return isOrderly503(answer) || (this.isDeathForgiven && answer.status === 0);
  }

  /** Whether every operation has succeeded since a time. */
  hasAllSucceededSince(time: number): boolean {
    const since = this.answers.filter(({ isSuccess, at }) => isSuccess && at > time);
    return new Set(since.map(({ operation }) => operation)).size === Object.keys(operations).length;
  }

  /** When the last answer came that was no success. */
  get lastTrouble(): number {
    return Math.max(0, ...this.answers.filter(({ isSuccess }) => !isSuccess).map(({ at }) => at));
  }

  /** Lets all finish what they are doing; those who are logged in refresh their sessions once more. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.visitors);
  }

  /** Lives through one account; whether all of it succeeded. */
  private async visit(): Promise<boolean> {
    const account = newAccount();
    const { email, password, first_name } = account;
    const trace: Trace = {
      email,
      isSignedUp: false,
      firstNames: [first_name],
      sessionId: undefined,
      endedSessions: [],
    };
    this.traces.push(trace);
    trace.isSignedUp = (await this.call('signUp', { body: account })) !== undefined;
    const loggedIn = trace.isSignedUp && (await this.call('logIn', { body: { email, password } }));
    if (!loggedIn) return false;
    let tokens = loggedIn.body as unknown as Tokens;
    const { session_id } = tokens;
    trace.sessionId = session_id;

    const refresh = async (tries?: number): Promise<void> => {
      const answer = await this.call('refreshTokens', { body: { refresh_token: tokens.refresh_token } }, tries);
      if (answer) tokens = answer.body as unknown as Tokens;
    };
    for (let round = 0; round < 2 && !this.isStopping; round += 1) {
      const { access_token: token } = tokens;
      await this.call('getCurrentUser', { token });
      const changed = `Grace ${'AB'[round]}`;
      trace.firstNames.push(changed);
      if (await this.call('updateCurrentUser', { token, body: { first_name: changed } })) trace.firstNames = [changed];
      await this.call('getCurrentUser', { token });
      await refresh();
    }
    if (this.isStopping) {
      await refresh(lastTries);
      return true;
    }
    trace.sessionId = undefined;
    const isOut = (await this.call('logOut', { token: tokens.access_token })) !== undefined;
    if (isOut) trace.endedSessions.push(session_id);
    return isOut;
  }

  /** Calls until it succeeds; undefined if that did not happen before `stop` and these tries, or something else came. */
  private async call(operation: Operation, sent: Sent, lastTries = 1): Promise<Answer | undefined> {
    const { status, doneBefore } = operations[operation];
    for (let tries = 0; tries < lastTries || !this.isStopping; tries += 1) {
      const answer = await this.ask(operation, sent);
      answer.isSuccess = answer.status === status || (tries > 0 && answer.status === doneBefore);
      this.answers.push(answer);
      await delay(answer.status === 0 ? longPauseMs : pauseMs);
      if (answer.isSuccess) return answer;
      if (!this.isForgiven(answer)) return undefined;
    }
    return undefined;
  }

  private async ask(operation: Operation, { token, body }: Sent): Promise<Answer> {
    const { method, path } = operations[operation];
    const answer = { operation, isSuccess: false };
    try {
      const response = await fetch(this.url + path, {
        method,
        headers: {
          ...(token && { Authorization: `Bearer ${token}` }),
          ...(body && { 'Content-Type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(this.patienceMs),
      });
      const answered = JSON.parse((await response.text()) || '{}') as Record<string, unknown>;
      const retryAfter = response.headers.get('retry-after');
      return { ...answer, status: response.status, retryAfter, body: answered, at: Date.now() };
    } catch (error) {
      return { ...answer, status: 0, retryAfter: null, body: { error: String(error) }, at: Date.now() };
    }
  }
}
