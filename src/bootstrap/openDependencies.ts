import cluster from 'node:cluster';
import type { Config } from '../config/config.js';
import { connect, poolState } from '../db/connection.js';
import { createJobQueue } from '../db/jobQueue.js';
import { keptSecret } from '../db/keptSecret.js';
import { Primary } from '../db/primary.js';
import { PrimaryWatch } from '../db/primaryWatch.js';
import { tracedLogger, type Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import { startTracing } from '../observability/tracing/startTracing.js';
import { HashingPool } from '../security/hashing/hashingPool.js';
import { PasswordHasher } from '../security/hashing/passwordHasher.js';
import { SigningKeys } from '../security/signingKeys.js';
import type { Dependencies } from './compositionRoot.js';
import { withTimeout, type Closers } from './lifecycle.js';
import { openSharedState } from './openSharedState.js';

/** Opens what the application runs on, with a migrated database. */
export async function openDependencies(
  config: Config & { databaseUrl: string },
  processLogger: Logger,
  metrics: Metrics,
  closers: Closers,
): Promise<Dependencies> {
  const tracing = await startTracing(config, processLogger, cluster.worker?.id);
  closers.push(() => withTimeout(tracing.close(), 2000));
  const logger = tracedLogger(processLogger, tracing);
  const secret = config.secretKey ?? (await keptSecret(config.dataFolder, 'secret-key'));
  const keys = new SigningKeys(secret, config.previousSecretKey);
  const primary = new Primary(config.databaseUrl);
  const watch = PrimaryWatch.start(primary, logger);
  closers.push(() => withTimeout(watch.stop()));
  const sequelize = connect(primary, config.database, tracing);
  closers.push(() => withTimeout(sequelize.close()));
  const hashing = new HashingPool(config.hashing, logger);
  closers.push(() => withTimeout(hashing.close()));
  metrics.watchHashQueue(() => hashing.queueLength);
  logger.info({ engine: hashing.engine, threads: config.hashing.threads }, 'Passwords are hashed in worker threads');
  const hasher = new PasswordHasher(config.hashing.cost, hashing, metrics, tracing);
  const shared = await openSharedState({ config, logger, metrics, tracing }, closers);
  metrics.watchPool(() => poolState(sequelize));
  const boss = createJobQueue(primary, config.database);
  return { ...shared, config, logger, metrics, sequelize, boss, hasher, keys, tracing };
}
