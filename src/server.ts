import cluster, { type Worker } from 'node:cluster';
import { format } from 'node:util';
import { RateLimiterClusterMaster } from 'rate-limiter-flexible';
import { readConfig, type Config } from './config/config.js';
import { logLevelSwitch } from './observability/logLevelSwitch.js';
import { createLogger, pinoLevels, type Logger } from './observability/logger.js';
import { Metrics } from './observability/metrics.js';
import { StartError } from './startError.js';
import { shareMetrics, WorkerMetrics } from './observability/workerMetrics.js';
import { openDatabase, prepareSchema } from './db/database.js';
import { startApiServer } from './bootstrap/apiServer.js';
import { assertPortsFree } from './bootstrap/listen.js';
import { runUntilStopped, type Closers } from './bootstrap/lifecycle.js';
import { urlHost } from './bootstrap/listenAddress.js';
import { startMetricsServer } from './bootstrap/metricsServer.js';
import { WorkerPool } from './bootstrap/workerPool.js';

interface Prepared extends Config {
  databaseUrl: string;
  folder: string | undefined;
}

/** Serves requests in this process, or starts workers that do. */
async function start(config: Config, logger: Logger, closers: Closers): Promise<void> {
  for (const warning of config.warnings) logger.warn(warning);
  // Before the database, whose start and migrations take a while.
  await assertPortsFree(config);
  if (config.databaseUrl === undefined) logger.info('Starting the embedded PostgreSQL ...');
  const database = await openDatabase(config);
  closers.push(() => database.close());
  await prepareSchema(database.url, config, logger);
  const { url: databaseUrl, folder } = database;
  const prepared = { ...config, databaseUrl, folder, dataFolder: folder ?? config.dataFolder };
  const serve = config.workers === 1 ? startAlone : startWorkers;
  const port = await serve(prepared, logger, closers);
  announce(port, prepared, logger);
}

function createMetrics({ metricsPort }: Pick<Config, 'metricsPort'>): Metrics {
  const metrics = new Metrics();
  if (metricsPort !== undefined) metrics.watchNode();
  return metrics;
}

async function startAlone(config: Prepared, logger: Logger, closers: Closers): Promise<number> {
  const metrics = createMetrics(config);
  let running = 0;
  const workerMetrics = new WorkerMetrics(1, () => running);
  await startMetricsServer(config, () => workerMetrics.scrape(() => metrics.scrape()), logger, closers);
  const port = await startApiServer(config, logger, metrics, closers);
  running = 1;
  return port;
}

async function startWorkers(config: Prepared, logger: Logger, closers: Closers): Promise<number> {
  const { workers: size, shutdownTimeoutMs } = config;
  const environment = {
    ...(config.folder && { DATABASE_URL: config.databaseUrl, DATA_FOLDER: config.folder }),
    // Only the primary process migrates. (Workers still see a value in `.env`.)
    MIGRATION_DATABASE_URL: undefined,
    MIGRATION_DATABASE_URL_FILE: undefined,
  };
  const onReady = (worker: Worker): void => {
    const isLevelSwitched = logger.level !== pinoLevels[config.logLevel];
    if (isLevelSwitched) worker.process.kill('SIGUSR2');
  };
  const onDeath = (): void => workerMetrics.exits.inc();
  const pool = new WorkerPool({ size, shutdownTimeoutMs, environment, onReady, onDeath }, logger);
  const workerMetrics = new WorkerMetrics(size, () => pool.size);
  await startMetricsServer(config, () => workerMetrics.scrape(), logger, closers);
  // Counts requests for workers without Redis.
  new RateLimiterClusterMaster();
  closers.push(() => pool.stop());
  process.on('SIGHUP', () => void pool.renew());
  process.on('SIGUSR2', () => pool.signal('SIGUSR2'));
  return pool.start();
}

function announce(port: number, config: Prepared, logger: Logger): void {
  const host = urlHost(config.host).replace(/^127\.0\.0\.1$/, 'localhost');
  const api = `${config.tls ? 'https' : 'http'}://${host}:${port}`;
  const data = config.folder ?? 'the database of DATABASE_URL';
  const { env, version, workers } = config;
  logger.info({ env, version, workers }, `API ${api} - documentation ${config.publicUrl ?? api}/docs - data ${data}`);
}

async function runWorker(worker: Worker, config: Config, logger: Logger): Promise<void> {
  const { databaseUrl } = config;
  if (databaseUrl === undefined) throw new StartError('DATABASE_URL: the primary process must pass it to its workers.');
  const metrics = createMetrics(config);
  shareMetrics(metrics.registry, worker.id);
  await runUntilStopped({ ...config, startedByNpm: false }, logger, async (closers) => {
    await startApiServer({ ...config, databaseUrl }, logger, metrics, closers);
    logger.info({ pid: process.pid }, 'Worker ready');
  });
}

const usage = `Starts the API. It takes no arguments: all settings come from the environment and from .env (.env.example lists them).

Examples:
  npm start
  PORT=8080 npm start
  node dist/server.js                        in the image`;

async function main(): Promise<void> {
  if (process.argv.includes('--help')) return console.log(usage);
  const config = readConfig();
  const { worker } = cluster;
  const logger = worker ? createLogger(config).child({ worker: worker.id }) : createLogger(config);
  // Sequelize reports a failed COMMIT or ROLLBACK to the console only: log it as JSON like everything else.
  console.warn = (...values: unknown[]) => logger.warn(format(...values));
  process.on('SIGUSR2', logLevelSwitch(logger, config.logLevel));
  // With workers, SIGHUP makes the pool replace them.
  if (config.workers > 1) process.on('SIGHUP', () => undefined);
  if (worker) return runWorker(worker, config, logger);
  await runUntilStopped(config, logger, (closers) => start(config, logger, closers));
}

main().catch((error: unknown) => {
  console.error(error instanceof StartError ? error.message : error);
  // The IPC channel would keep a worker alive.
  process.exit(1);
});
