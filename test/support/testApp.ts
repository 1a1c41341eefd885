import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import type { KeyObject } from 'node:crypto';
import type { Express } from 'express';
import type { Sequelize } from 'sequelize';
import supertest, { type Response, type Test } from 'supertest';
import { createHttpServer } from '../../src/api/http/httpServer.js';
import { createApp, type Api } from '../../src/api/app.js';
import { wire } from '../../src/bootstrap/compositionRoot.js';
import { parseConfig } from '../../src/config/config.js';
import { createLogger, tracedLogger } from '../../src/observability/logger.js';
import { Metrics } from '../../src/observability/metrics.js';
import { SigningKeys } from '../../src/security/signingKeys.js';
import { startTracing } from '../../src/observability/tracing/startTracing.js';
import { connect } from '../../src/db/connection.js';
import { createJobQueue } from '../../src/db/jobQueue.js';
import { openSharedState } from '../../src/bootstrap/openSharedState.js';
import { assertAsDescribed, describedOperation } from './contract.js';
import { asSuperuser, createTestDatabase } from './testDatabase.js';
import { TestHasher } from './testHasher.js';

/** What a call sends beside its method and path. */
export interface Sent {
  path?: Record<string, string>;
  query?: Record<string, string> | string;
  headers?: Record<string, string>;
  body?: unknown;
  /** An access token for the Authorization header. */
  token?: string;
}

/** A whole application on a database of its own, listening on a free port. */
export interface TestApp {
  url: string;
  app: Express;
  server: Server;
  databaseUrl: string;
  /** For what a test does in the database, as its superuser. The application works as the role of a server. */
  sequelize: Sequelize;
  key: KeyObject;
  metrics: Metrics;
  hasher: TestHasher;
  /** Calls an operation of the description, and holds the answer against it. */
  call(operationId: string, sent?: Sent): Promise<Response>;
  /** A request that the description need not know. */
  request(method: string, path: string): Test;
  /** The lines logged so far. */
  logLines(): Record<string, unknown>[];
  logText(): string;
  close(): Promise<void>;
}

/** Cheap, and limits out of the way: tests of hashing cost and of limits ask for their own. */
const defaults = { ENV: 'test', LOG_LEVEL: 'debug', BCRYPT_COST: '4', HASH_THREADS: '2', RATE_LIMIT_FACTOR: '1000' };

export const secret = 'a secret of the tests, of no use anywhere else';

/**
 * @param settings variables as in the environment; DATABASE_URL stands for a database that is not to be made here
 * @param change puts fakes in the place of handlers or of authentication
 */
export async function startTestApp(
  settings: Record<string, string> = {},
  change: (api: Api) => Api = (api) => api,
): Promise<TestApp> {
  const database = settings['DATABASE_URL'] ? undefined : await createTestDatabase();
  const config = parseConfig({ ...defaults, DATABASE_URL: database?.url, ...settings });
  let log = '';
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log += chunk.toString('utf8');
      done();
    },
  });
  const processLogger = createLogger(config, destination);
  const tracing = await startTracing(config, processLogger);
  const logger = tracedLogger(processLogger, tracing);
  const sequelize = connect(String(config.databaseUrl), config.database, tracing);
  const tests = connect(asSuperuser(String(config.databaseUrl)), config.database, tracing);
  const metrics = new Metrics();
  const closers: (() => Promise<unknown>)[] = [];
  const shared = await openSharedState({ config, logger, metrics, tracing }, closers);
  const hasher = new TestHasher(config.hashing, metrics, tracing);
  const keys = new SigningKeys(config.secretKey ?? secret, config.previousSecretKey);
  const boss = createJobQueue(String(config.databaseUrl), config.database);
  const dependencies = { ...shared, config, logger, metrics, sequelize, boss, hasher, keys, tracing };
  const { api, jobs, jobHandlers } = await wire(dependencies);
  const app = await createApp(change(api), dependencies);
  // Where there is nowhere to send mails to, they wait in the queue.
  if (config.mail.smtpUrl) await jobs.start(jobHandlers);
  const server = createHttpServer(app, config, logger, metrics);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const request = (method: string, path: string): Test => {
    const agent = supertest(url) as unknown as Record<string, (path: string) => Test>;
    return agent[method.toLowerCase()]!(path);
  };
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
    call: (operationId, sent = {}) => call(request, operationId, sent),
    logText: () => log,
    logLines: () =>
      log
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    async close() {
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
  const { method, path } = describedOperation(operationId);
  const url = path.replace(/\{(\w+)\}/g, (_braces, name: string) => encodeURIComponent(sent.path?.[name] ?? name));
  const test = request(method, url);
  if (sent.query) void test.query(sent.query);
  if (sent.token) void test.set('Authorization', `Bearer ${sent.token}`);
  for (const [name, value] of Object.entries(sent.headers ?? {})) void test.set(name, value);
  const response = await (sent.body === undefined ? test : test.send(sent.body as object));
  assertAsDescribed(operationId, response);
  return response;
}
