import type { Sequelize } from 'sequelize';
import { parseConfig } from '../../src/config/config.js';
import { connect } from '../../src/db/connection.js';
import { Primary } from '../../src/db/primary.js';
import { Metrics } from '../../src/observability/metrics.js';
import { readEverySession } from '../../src/repositories/sessionCache.js';
import { Store } from '../../src/repositories/store.js';
import { createTestDatabase, type TestDatabase } from './testDatabase.js';

/** The repositories of a database, without a cache and without jobs. */
export function testStore(sequelize: Sequelize): Store {
  return Store.on(sequelize, {} as never, readEverySession(new Metrics()));
}

/** Gives the tests of a `describe` a database and its repositories. */
export function storeFixture(): { sequelize: Sequelize; store: Store } {
  const fixture = {} as { sequelize: Sequelize; store: Store };
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase();
    fixture.sequelize = connect(new Primary(database.url), parseConfig({}).database);
    fixture.store = testStore(fixture.sequelize);
  });
  after(async () => {
    await fixture.sequelize.close();
    await database.drop();
  });
  return fixture;
}
