import { Metrics } from '../../src/observability/metrics.js';
import { readEverySession } from '../../src/repositories/sessionCache.js';
import { Store } from '../../src/repositories/store.js';
import type { Sequelize } from 'sequelize';

/** The repositories of a database, without a cache and without jobs. */
export function testStore(sequelize: Sequelize): Store {
  return Store.on(sequelize, {} as never, readEverySession(new Metrics()));
}
