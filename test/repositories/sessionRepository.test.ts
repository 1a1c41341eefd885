import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Sequelize } from 'sequelize';
import { parseConfig } from '../../src/config/config.js';
import { connect } from '../../src/db/connection.js';
import type { User } from '../../src/domain/user.js';
import type { Store } from '../../src/repositories/store.js';
import { SessionService } from '../../src/services/sessionService.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { testStore } from '../support/testStore.js';
import { untilOneWaits } from '../support/untilOneWaits.js';

const firstPage = { limit: 10, after: undefined };

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

  async function personOf(name: string): Promise<string> {
    const user = { email: `${name}@example.com`, passwordHash: 'hash', firstName: name, lastName: 'Hopper' };
    return (await store.users.insert(user)).id;
  }

  const client = { requestId: 'r1', ip: '192.0.2.7', userAgent: 'curl' };

  /** Tries to begin a session of someone who has just proved a password; undefined where it may not begin. */
  async function begin(userId: string, passwordVersion = 0): Promise<string | undefined> {
    const policy = { idleMs: 60_000, lifetimeMs: 60_001, graceMs: 0 };
    const service = new SessionService(store, { issue: () => '', lifetime: 1 }, policy, {} as never);
    const credential = { user: { id: userId } as User, passwordHash: 'hash', passwordVersion };
    return (await service.begin(credential, client))?.sessionId;
  }

  /** The id of a session of somebody new. */
  async function sessionOf(name: string): Promise<string> {
    return (await begin(await personOf(name)))!;
  }

  it('are kept as they began', async () => {
    const userId = await personOf('margaret');
    const id = await begin(userId);
    const [session, ...others] = (await store.sessions.list(userId, firstPage)).items;
    expect(others).to.deep.equal([]);
    expect(session).to.include({ id, userId, ip: client.ip, userAgent: client.userAgent });
    expect(session!.endsAt.getTime() - session!.expiresAt.getTime()).to.equal(1);
    expect(await store.sessions.findRefreshable(id!)).to.deep.include({ session, generation: 0 });
  });

  it('do not begin where the account is gone or not active, or has another password', async () => {
    const userId = await personOf('katherine');
    expect(await begin(userId, 1)).to.equal(undefined);
    await store.transaction(({ users }) => users.setAccess(userId, { isActive: false }));
    expect(await begin(userId)).to.equal(undefined);
    await store.users.remove(userId);
    expect(await begin(userId)).to.equal(undefined);
    expect((await store.sessions.list(userId, firstPage)).items).to.deep.equal([]);
  });

  for (const [what, change] of Object.entries({
    'the password changes': (inside: Store, userId: string) => inside.users.changePassword(userId, 'another hash'),
    'the account is deactivated': (inside: Store, userId: string) =>
      inside.users.setAccess(userId, { isActive: false }),
    'the account is removed': (inside: Store, userId: string) => inside.users.remove(userId),
  })) {
    it(`do not begin while ${what}, which they wait for`, async () => {
      const userId = await personOf(randomUUID());
      const beginning = await store.transaction(async (inside) => {
        await change(inside, userId);
        const beginning = begin(userId);
        await untilOneWaits(sequelize);
        return { beginning };
      });
      expect(await beginning.beginning).to.equal(undefined);
      expect((await store.sessions.list(userId, firstPage)).items).to.deep.equal([]);
    });
  }

  it('are looked up, with who they are of, with one query for all that ask at once', async () => {
    const [ada, joan] = await Promise.all([sessionOf('ada'), sessionOf('joan')]);
    const ids = Array.from({ length: 50 }, (_, index) => [ada, joan, randomUUID()][index % 3]!);
    let statements = 0;
    sequelize.addHook('beforePoolAcquire', 'count', () => void (statements += 1));
    const found = await Promise.all(ids.map((id) => store.sessions.findPrincipal(id)));
    sequelize.removeHook('beforePoolAcquire', 'count');
    expect(statements).to.equal(1);
    const names = found.map((principal) => principal?.user.firstName);
    expect(names).to.deep.equal(ids.map((_, index) => ['ada', 'joan', undefined][index % 3]));
  });

  it('are read afresh each time', async () => {
    const id = await sessionOf('grace');
    const principal = await store.sessions.findPrincipal(id);
    expect(principal?.user.firstName).to.equal('grace');
    await store.transaction(({ sessions }) => sessions.endAll(principal!.user.id));
    expect(await store.sessions.findPrincipal(id)).to.equal(undefined);
  });
});
