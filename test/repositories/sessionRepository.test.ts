import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Sequelize } from 'sequelize';
import { parseConfig } from '../../src/core/config.js';
import { RefreshToken } from '../../src/core/refreshToken.js';
import { connect } from '../../src/db/connection.js';
import type { Store } from '../../src/repositories/store.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { testStore } from '../support/testStore.js';

describe('the sessions', () => {
  let database: TestDatabase;
  let sequelize: Sequelize;
  let store: Store;
  before(async () => {
    database = await createTestDatabase();
    sequelize = connect(database.url, parseConfig({}).database);
    store = testStore(sequelize);
  });
  after(async () => {
    await sequelize.close();
    await database.drop();
  });

  /** The id of a session of somebody new. */
  async function sessionOf(name: string): Promise<string> {
    const user = { email: `${name}@example.com`, passwordHash: 'hash', firstName: name, lastName: 'Hopper' };
    const { id: userId } = await store.users.insert(user);
    const { token, state } = RefreshToken.first(randomUUID());
    const [now, later] = [new Date(), new Date(Date.now() + 60_000)];
    const times = { createdAt: now, lastUsedAt: now, expiresAt: later, endsAt: later };
    await store.sessions.insert({ id: token.sessionId, userId, ip: '192.0.2.7', userAgent: '', ...times }, state);
    return token.sessionId;
  }

  it('are looked up, with who they are of, with one query for all that ask at once', async () => {
    const [ada, joan] = await Promise.all([sessionOf('ada'), sessionOf('joan')]);
    const ids = Array.from({ length: 50 }, (_, index) => [ada, joan, randomUUID()][index % 3]!);
    let statements = 0;
    sequelize.addHook('beforeQuery', 'count', () => void (statements += 1));
    const found = await Promise.all(ids.map((id) => store.sessions.findPrincipal(id)));
    sequelize.removeHook('beforeQuery', 'count');
    expect(statements).to.equal(1);
    const names = found.map((principal) => principal?.user.firstName);
    expect(names).to.deep.equal(ids.map((_, index) => ['ada', 'joan', undefined][index % 3]));
  });

  it('are read afresh each time', async () => {
    const id = await sessionOf('grace');
    const principal = await store.sessions.findPrincipal(id);
    expect(principal?.user.firstName).to.equal('grace');
    await store.sessions.endAll(principal!.user.id);
    expect(await store.sessions.findPrincipal(id)).to.equal(undefined);
  });
});
