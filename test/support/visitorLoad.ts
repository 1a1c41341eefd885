import { setTimeout as delay } from 'node:timers/promises';
import { newAccount } from './accounts.js';

/** An answer, or what came in its place. */
export interface Answer {
  operation: string;
  /** 0 where none came in time, or the connection broke. */
  status: number;
  body: Record<string, unknown>;
  retryAfter: string | null;
  /** When it came, and how long it took; in milliseconds. */
  at: number;
  ms: number;
  /** Whether it is what a client may get while everything is in order. */
  isSuccess: boolean;
}

/** What a visitor has done with one account, as far as it was answered. */
export interface Trace {
  email: string;
  /** Whether a sign-up was answered with 201: then the account must be there; else it may be. */
  isSignedUp: boolean;
  /** The first name must be one of these: the last that was answered, and those that were sent after it. */
  firstNames: string[];
  /** Of the session that goes on; undefined where there is none, or that is not certain. */
  sessionId: string | undefined;
  /** Sessions whose end was answered. */
  endedSessions: string[];
}

interface Call {
  operation: string;
  method: string;
  path: string;
  token?: string;
  body?: object;
  /** What it answers with while everything is in order. */
  status: number;
  /** What it may answer with besides, when an answer before said 503: it may have been done all the same. */
  doneBefore?: number;
}

interface Tokens {
  access_token: string;
  refresh_token: string;
  session_id: string;
}

const visitors = 5;

/** How often a visitor tries at the end to go on with a session. */
const lastTries = 20;

/** So long a visitor waits after each answer, in milliseconds. */
const pauseMs = 20;

/** And so long where there was no answer. */
const longPauseMs = 200;

/** Whether an answer is what the description promises of a server that cannot do it now. */
export function isOrderly503({ status, body, retryAfter }: Answer): boolean {
  return status === 503 && Number(retryAfter) > 0 && body['status_code'] === 503 && typeof body['code'] === 'string';
}

/**
 * People who use a server all at once, over connections that are kept alive: each signs up, signs in, reads, changes and
 * refreshes, signs out, and begins anew. Who gets a 503 tries the same again.
 */
export class VisitorLoad {
  readonly answers: Answer[] = [];
  readonly traces: Trace[] = [];
  private isStopping = false;
  private readonly visitors: Promise<() => Promise<void>>[];

  /**
   * @param patienceMs how long a visitor waits for an answer
   * @param isDeathForgiven whether a request without an answer is tried again too, as one that was answered with 503
   */
  constructor(
    private readonly url: string,
    private readonly patienceMs: number,
    private readonly isDeathForgiven = false,
  ) {
    this.visitors = Array.from({ length: visitors }, () => this.visit());
  }

  get failures(): Answer[] {
    return this.answers.filter((answer) => !answer.isSuccess && !this.isForgiven(answer));
  }

  private isForgiven(answer: Answer): boolean {
    return isOrderly503(answer) || (this.isDeathForgiven && answer.status === 0);
  }

  /** Operations that have succeeded since a time. */
  succeededSince(time: number): Set<string> {
    return new Set(
      this.answers.filter(({ isSuccess, at }) => isSuccess && at > time).map(({ operation }) => operation),
    );
  }

  /** When the last answer that was no success came. */
  get lastTrouble(): number {
    return Math.max(0, ...this.answers.filter(({ isSuccess }) => !isSuccess).map(({ at }) => at));
  }

  /** Lets all finish what they are at; then those who are signed in go on with their sessions once more. */
  async stop(): Promise<void> {
    this.isStopping = true;
    const goOn = await Promise.all(this.visitors);
    await Promise.all(goOn.map((refresh) => refresh()));
  }

  /** Resolves with what takes the session further, where there is one at the end. */
  private async visit(): Promise<() => Promise<void>> {
    const nothing = async (): Promise<void> => undefined;
    for (;;) {
      const { email, password, ...names } = newAccount();
      const firstNames = [names.first_name];
      const trace: Trace = { email, isSignedUp: false, firstNames, sessionId: undefined, endedSessions: [] };
      this.traces.push(trace);
      const post = { method: 'POST' };
      const body = { email, password, ...names };
      if (!(await this.signUp(trace, body))) return nothing;

      const login = { ...post, operation: 'logIn', path: '/auth/login', body: { email, password }, status: 200 };
      const signedIn = await this.call(login);
      if (!signedIn) return nothing;
      let tokens = signedIn.body as unknown as Tokens;
      trace.sessionId = tokens.session_id;

      const refresh = async (isLast = false): Promise<void> => {
        const sent = { refresh_token: tokens.refresh_token };
        const call = { ...post, operation: 'refreshTokens', path: '/auth/refresh', body: sent, status: 200 };
        const answer = await this.call(call, isLast);
        if (answer) tokens = answer.body as unknown as Tokens;
      };
      for (let round = 0; round < 2 && !this.isStopping; round += 1) {
        await this.read(tokens);
        await this.changeName(trace, tokens, `Grace ${'AB'[round]}`);
        await this.read(tokens);
        await refresh();
      }
      if (this.isStopping) return () => refresh(true);
      if (!(await this.signOut(trace, tokens))) return nothing;
    }
  }

  private async signUp(trace: Trace, body: object): Promise<boolean> {
    const path = '/auth/signup';
    const answer = await this.call({ operation: 'signUp', method: 'POST', path, body, status: 201, doneBefore: 409 });
    trace.isSignedUp = answer !== undefined;
    return trace.isSignedUp;
  }

  private async read({ access_token: token }: Tokens): Promise<void> {
    await this.call({ operation: 'getCurrentUser', method: 'GET', path: '/api/v1/users/me', token, status: 200 });
  }

  private async changeName(trace: Trace, { access_token: token }: Tokens, firstName: string): Promise<void> {
    trace.firstNames.push(firstName);
    const body = { first_name: firstName };
    const call = { operation: 'updateCurrentUser', method: 'PATCH', path: '/api/v1/users/me', token, body };
    const answer = await this.call({ ...call, status: 200 });
    if (answer) trace.firstNames = [firstName];
  }

  private async signOut(trace: Trace, { access_token: token, session_id: sessionId }: Tokens): Promise<boolean> {
    trace.sessionId = undefined;
    const path = '/auth/logout';
    const answer = await this.call({ operation: 'logOut', method: 'POST', path, token, status: 204, doneBefore: 401 });
    if (answer) trace.endedSessions.push(sessionId);
    return answer !== undefined;
  }

  /** Asks until it is done; undefined where that did not come before the end, or something else came. */
  private async call(call: Call, isLast = false): Promise<Answer | undefined> {
    for (let tries = 0; tries === 0 || !this.isStopping || (isLast && tries < lastTries); tries += 1) {
      const answer = await this.ask(call);
      answer.isSuccess = answer.status === call.status || (tries > 0 && answer.status === call.doneBefore);
      this.answers.push(answer);
      await delay(answer.status === 0 ? longPauseMs : pauseMs);
      if (answer.isSuccess) return answer;
      if (!this.isForgiven(answer)) return undefined;
    }
    return undefined;
  }

  private async ask({ operation, method, path, token, body }: Call): Promise<Answer> {
    const start = performance.now();
    const came = await fetch(this.url + path, {
      method,
      headers: {
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(body && { 'Content-Type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(this.patienceMs),
    }).then(
      async (response) => ({
        status: response.status,
        retryAfter: response.headers.get('retry-after'),
        text: await response.text(),
      }),
      (error: unknown) => ({ status: 0, retryAfter: null, text: JSON.stringify({ error: String(error) }) }),
    );
    const answered = came.text === '' ? {} : (JSON.parse(came.text) as Record<string, unknown>);
    const { status, retryAfter } = came;
    const ms = performance.now() - start;
    return { operation, status, retryAfter, body: answered, at: Date.now(), ms, isSuccess: false };
  }
}
