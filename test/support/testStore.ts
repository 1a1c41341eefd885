import type { Sequelize } from 'sequelize';
import { Metrics } from '../../src/core/metrics.js';
import { Store } from '../../src/repositories/store.js';
import { UncachedSessions } from '../../src/repositories/uncachedSessions.js';

/** The repositories of a database, without a cache and without jobs. */
export function testStore(sequelize: Sequelize): Store {
  return Store.on(sequelize, {} as never, new UncachedSessions(sequelize, new Metrics()));
}
