import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { User } from '../../src/domain/user.js';
import type { Store } from '../../src/repositories/store.js';
import { SessionService } from '../../src/services/sessionService.js';
import { storeFixture } from '../support/testStore.js';
import { untilOneWaits } from '../support/untilOneWaits.js';

describe('SessionRepository', () => {
  const fixture = storeFixture();

  async function personOf(name: string): Promise<string> {
    const user = { email: `${name}@example.com`, passwordHash: 'hash', firstName: name, lastName: 'Hopper' };
    return (await fixture.store.users.insert(user)).id;
  }

  /** Begins a session after a successful password check; undefined if it is refused. */
  async function begin(userId: string): Promise<string | undefined> {
    const policy = { idleMs: 60_000, lifetimeMs: 60_001, graceMs: 0 };
    const service = new SessionService(fixture.store, { issue: () => '', lifetime: 1 }, policy, {} as never);
    const credential = { user: { id: userId } as User, passwordHash: 'hash', passwordVersion: 0 };
    return (await service.begin(credential, { requestId: 'r1', ip: '192.0.2.7', userAgent: 'curl' }))?.sessionId;
  }

  for (const [what, change] of Object.entries({
    'the password changes': (inside: Store, userId: string) => inside.users.changePassword(userId, 'another hash'),
    'the account is deactivated': (inside: Store, userId: string) =>
      inside.users.setAccess(userId, { isActive: false }),
    'the account is removed': (inside: Store, userId: string) => inside.users.remove(userId),
  })) {
    it(`begins no session while ${what}: it waits, and then refuses`, async () => {
      const { sequelize, store } = fixture;
      const userId = await personOf(randomUUID());
      const beginning = await store.transaction(async (inside) => {
        await change(inside, userId);
        const beginning = begin(userId);
        await untilOneWaits(sequelize);
        return { beginning };
      });
      expect(await beginning.beginning).to.equal(undefined);
      expect((await store.sessions.list(userId, { limit: 10, after: undefined })).items).to.deep.equal([]);
    });
  }

  it('finds the sessions of concurrent requests, with their accounts, in one query', async () => {
    const { sequelize, store } = fixture;
    const [ada, joan] = await Promise.all(['ada', 'joan'].map(async (name) => (await begin(await personOf(name)))!));
    const ids = Array.from({ length: 50 }, (_, index) => [ada, joan, randomUUID()][index % 3]!);
    let statements = 0;
    sequelize.addHook('beforePoolAcquire', 'count', () => void (statements += 1));
    const found = await Promise.all(ids.map((id) => store.sessions.findPrincipal(id)));
    sequelize.removeHook('beforePoolAcquire', 'count');
    expect(statements).to.equal(1);
    const names = found.map((principal) => principal?.user.firstName);
    expect(names).to.deep.equal(ids.map((_, index) => ['ada', 'joan', undefined][index % 3]));
  });
});
