import { setTimeout as delay } from 'node:timers/promises';
import type { ApiError, Client, ClientOptions } from '../../client/src/index.js';
import { forgedToken } from './accessTokens.js';
import { newAccount } from './accounts.js';
import { installedClient } from './clientPackage.js';
import type { TestApp } from './testApp.js';

type Send = (request: Request) => Promise<Response>;

/** A client of the package at a server, whose network a test can disturb. */
export interface ClientStage {
  client: Client;
  account: { email: string; password: string };
  /** Operations that the client has sent, as `POST /auth/login`. */
  sent: string[];
  /** The errors with which sessions ended. */
  ended: ApiError[];
  /**
   * From now on, the server gets an expired token in place of the client's. The client does not notice, as if its clock were
   * slow. The tokens of later refreshes are valid.
   */
  expireToken(): Promise<void>;
  /** From now on, requests go through this. */
  disturb(by: (request: Request, send: Send) => Promise<Response>): void;
  /** Lets requests through again. */
  calm(): void;
}

/** A client that has a new account. */
export async function clientStage(app: TestApp, options: Partial<ClientOptions> = {}): Promise<ClientStage> {
  const { module } = await installedClient();
  const { email, password, ...names } = newAccount();
  const sent: string[] = [];
  const ended: ApiError[] = [];
  const send: Send = (request) => fetch(request);
  let through: (request: Request, send: Send) => Promise<Response> = send;
  const expired = new Map<string, string>();
  let token = '';
  const client = module.createClient({
    baseUrl: app.url,
    async fetch(request) {
      sent.push(`${request.method} ${new URL(request.url).pathname}`);
      token = request.headers.get('Authorization')?.replace('Bearer ', '') ?? token;
      const instead = expired.get(token);
      const response = await through(instead ? withToken(request, instead) : request, send);
      // Tokens of the same second are the same.
      if (request.url.endsWith('/auth/refresh') && response.ok) expired.clear();
      return response;
    },
    ...options,
  });
  client.auth.onSessionEnded((error) => ended.push(error));
  await client.signUp({ email, password, ...names });
  sent.length = 0;

  async function expireToken(): Promise<void> {
    const { id } = await client.getCurrentUser();
    sent.length = 0;
    const { sid } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { sid: string };
    const exp = Math.floor(Date.now() / 1000) - 1;
    expired.set(token, forgedToken(app.key, { id, sessionId: sid }, { claims: { exp } }));
  }

  return {
    client,
    account: { email, password },
    sent,
    ended,
    expireToken,
    disturb: (by) => (through = by),
    calm: () => (through = send),
  };
}

/** Replaces the bearer token of a request. */
function withToken(request: Request, token: string): Request {
  const headers = new Headers(request.headers);
  headers.set('Authorization', `Bearer ${token}`);
  return new Request(request, { headers });
}

/** How many requests of an operation the server has answered so far, once it has logged them. */
export async function answered(app: TestApp, operation: string, status: number): Promise<number> {
  // A line is written when the connection has sent the answer.
  await delay(50);
  return app.logLines().filter((line) => line['operation'] === operation && line['status'] === status).length;
}
