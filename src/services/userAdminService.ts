import { LastAdminError, NotFoundError } from '../core/errors.js';
import type { Client } from '../domain/client.js';
import type { Page, PageRequest } from '../domain/page.js';
import type { Principal } from '../domain/principal.js';
import type { User, UserAccess, UserFilter } from '../domain/user.js';
import type { Store } from '../repositories/store.js';
import type { GuessGuard } from './guessGuard.js';
import type { SecurityEvents } from './securityEvents.js';

/** What administrators do with the accounts of others. The router has seen to it that they are administrators. */
export class UserAdminService {
  constructor(
    private readonly store: Store,
    private readonly guard: Pick<GuessGuard, 'unlock'>,
    private readonly events: SecurityEvents,
  ) {}

  async list(filter: UserFilter, page: PageRequest): Promise<Page<User>> {
    return this.store.users.list(filter, page);
  }

  /** @throws NotFoundError */
  async get(id: string): Promise<User> {
    const user = await this.store.users.findById(id);
    if (!user) throw new NotFoundError('user');
    return user;
  }

  /**
   * Changes what an account may do. Its sessions end when it is deactivated; its role counts from its next request on.
   * @throws NotFoundError, LastAdminError
   */
  async changeAccess(admin: Principal, id: string, access: UserAccess, client: Client): Promise<User> {
    const user = await this.store.transaction(async (store) => {
      if (access.role === 'user' || access.isActive === false) await assertAnotherAdmin(store, id);
      const changed = await store.users.setAccess(id, access);
      if (!changed) throw new NotFoundError('user');
      if (!changed.isActive) await store.sessions.endAll(id);
      return changed;
    });
    this.events.administered('access_changed', admin.user.id, id, client);
    return user;
  }

  /** @throws NotFoundError */
  async revokeSessions(admin: Principal, id: string, client: Client): Promise<void> {
    await this.get(id);
    await this.store.sessions.endAll(id);
    this.events.administered('sessions_revoked', admin.user.id, id, client);
  }

  /**
   * Lifts the lock that too many wrong passwords have put on an account.
   * @throws NotFoundError
   */
  async unlock(admin: Principal, id: string, client: Client): Promise<void> {
    const { email } = await this.get(id);
    await this.guard.unlock(email);
    this.events.administered('unlocked', admin.user.id, id, client);
  }
}

/**
 * Sees to it that somebody can still administer when this account cannot, or is gone. Of two who would each leave the
 * other as the last, the second finds out here.
 * @param store of the transaction that changes the account
 * @throws LastAdminError
 */
export async function assertAnotherAdmin({ users }: Pick<Store, 'users'>, id: string): Promise<void> {
  const admins = await users.lockWithAdmins(id);
  if (admins.includes(id) && admins.length === 1) throw new LastAdminError();
}
