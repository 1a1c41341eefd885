import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import type { KeyObject } from 'node:crypto';
import type { Express } from 'express';
import type { Sequelize } from 'sequelize';
import supertest, { type Response, type Test } from 'supertest';
import { createHttpServer } from '../../src/api/http/httpServer.js';
import { createApp } from '../../src/api/app.js';
import type { Description } from '../../src/api/openapi/description.js';
import type { Api } from '../../src/api/openapi/router.js';
import { wire } from '../../src/bootstrap/compositionRoot.js';
import { parseConfig } from '../../src/config/config.js';
import { createLogger, tracedLogger } from '../../src/observability/logger.js';
import { Metrics } from '../../src/observability/metrics.js';
import { SigningKeys } from '../../src/security/signingKeys.js';
import { startTracing } from '../../src/observability/tracing/startTracing.js';
import { connect } from '../../src/db/connection.js';
import { createJobQueue } from '../../src/db/jobQueue.js';
import { Primary } from '../../src/db/primary.js';
import { openSharedState } from '../../src/bootstrap/openSharedState.js';
import { assertAsDescribed, describedOperation, filledPath } from './contract.js';
import { asSuperuser, createTestDatabase } from './testDatabase.js';
import { TestHasher } from './testHasher.js';
import { assertNoViolation, ValidatingProxy } from './validatingProxy.js';

/** What a call of an operation sends. */
export interface Sent {
  /** Values of the parameters in the path. */
  path?: Record<string, string>;
  query?: Record<string, string> | string;
  headers?: Record<string, string>;
  body?: unknown;
  /** An access token for the Authorization header. */
  token?: string;
}

/** A complete application with its own database, listening on a free port. */
export interface TestApp {
  url: string;
  app: Express;
  server: Server;
  databaseUrl: string;
  /** Connects as the superuser. The application connects as the role of a server. */
  sequelize: Sequelize;
  key: KeyObject;
  metrics: Metrics;
  hasher: TestHasher;
  /** Calls an operation and asserts that the response is as described. */
  call(operationId: string, sent?: Sent): Promise<Response>;
  /** Sends any request, described or not. */
  request(method: string, path: string): Test;
  /** Runs a statement as the superuser, with values for $1, $2 ..., and returns its rows. */
  sql(statement: string, ...values: unknown[]): Promise<Record<string, unknown>[]>;
  /** The lines logged so far; with an id, those of that request. */
  logLines(requestId?: string): Record<string, unknown>[];
  logText(): string;
  close(): Promise<void>;
}

/** Cheap hashes and no rate limits. */
const defaults = { ENV: 'test', LOG_LEVEL: 'debug', BCRYPT_COST: '4', HASH_THREADS: '2', RATE_LIMIT_FACTOR: '1000' };

export const secret = 'a secret of the tests, of no use anywhere else';

/**
 * @param settings as in the environment; with DATABASE_URL, the application uses that database instead of a new one
 * @param change replaces handlers or authenticators by fakes
 * @param description another one than the generated one
 */
export async function startTestApp(
  settings: Record<string, string> = {},
  change: (api: Api) => Api = (api) => api,
  description?: Description,
): Promise<TestApp> {
  const database = settings['DATABASE_URL'] ? undefined : await createTestDatabase();
  const config = parseConfig({ ...defaults, DATABASE_URL: database?.url, ...settings });
  let log = '';
  const destination = new Writable({
    write(chunk, _encoding, done) {
      log += String(chunk);
      done();
    },
  });
  const processLogger = createLogger(config, destination);
  const tracing = await startTracing(config, processLogger);
  const logger = tracedLogger(processLogger, tracing);
  const primary = new Primary(String(config.databaseUrl));
  const sequelize = connect(primary, config.database, tracing);
  const tests = connect(new Primary(asSuperuser(String(config.databaseUrl))), config.database, tracing);
  const metrics = new Metrics();
  const closers: (() => Promise<unknown>)[] = [];
  const shared = await openSharedState({ config, logger, metrics, tracing }, closers);
  const hasher = new TestHasher(config.hashing, metrics, tracing);
  const keys = new SigningKeys(config.secretKey ?? secret, config.previousSecretKey);
  const boss = createJobQueue(primary, config.database);
  const dependencies = { ...shared, config, logger, metrics, sequelize, boss, hasher, keys, tracing };
  const { api, jobs, jobHandlers } = await wire(dependencies);
  const app = await createApp(change(api), { ...dependencies, ...(description && { description }) });
  // Without a mail server, mails stay in the queue.
  if (config.mail.smtpUrl) await jobs.start(jobHandlers);
  const server = createHttpServer(app, config, logger, metrics);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  // `npm run test:interop -- prism` sets it. Only calls of operations pass the proxy: the others are often broken HTTP.
  const proxy = process.env['TEST_PROXY'] === 'prism' ? await ValidatingProxy.start(url) : undefined;
  const requestOf = (base: string) => {
    const agent = supertest(base) as unknown as Record<string, (path: string) => Test>;
    return (method: string, path: string): Test => agent[method.toLowerCase()]!(path);
  };
  const request = requestOf(url);
  return {
    url,
    app,
    server,
    databaseUrl: String(config.databaseUrl),
    sequelize: tests,
    key: keys.current.key,
    metrics,
    hasher,
    request,
    call: async (operationId, sent = {}) => {
      if (!proxy) return call(request, operationId, sent);
      const response = await call(requestOf(proxy.url), operationId, sent);
      assertNoViolation(operationId, response);
      return response;
    },
    sql: async (statement, ...bind) => (await tests.query(statement, { bind }))[0] as Record<string, unknown>[],
    logText: () => log,
    logLines(requestId) {
      const lines = log.split('\n').slice(0, -1);
      const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      return parsed.filter((line) => requestId === undefined || line['request_id'] === requestId);
    },
    async close() {
      await proxy?.stop();
      server.closeAllConnections();
      server.close();
      await jobs.stop();
      await hasher.close();
      for (const closer of closers.reverse()) await closer();
      await sequelize.close();
      await tests.close();
      await tracing.close();
      await database?.drop();
    },
  };
}

async function call(request: TestApp['request'], operationId: string, sent: Sent): Promise<Response> {
  const test = request(describedOperation(operationId).method, filledPath(operationId, sent.path));
  if (sent.query) void test.query(sent.query);
  if (sent.token) void test.set('Authorization', `Bearer ${sent.token}`);
  for (const [name, value] of Object.entries(sent.headers ?? {})) void test.set(name, value);
  const response = await (sent.body === undefined ? test : test.send(sent.body as object));
  assertAsDescribed(operationId, response);
  return response;
}

/** The error code of a response; undefined for a success. */
export function codeOf({ body }: Response): string | undefined {
  return (body as { code?: string }).code;
}
