import { ForbiddenError, InvalidTokenError, LastAdminError, NotFoundError } from '../errors.js';
import type { Client } from '../domain/client.js';
import type { Page, PageRequest } from '../domain/page.js';
import type { Principal } from '../domain/principal.js';
import type { User, UserAccess, UserFilter } from '../domain/user.js';
import type { Store, TransactionStore } from '../repositories/store.js';
import type { GuessGuard } from './guessGuard.js';
import { cutOff } from './cutOff.js';
import type { SecurityEvents } from './securityEvents.js';

/**
 * What administrators do with the accounts of others. The router has checked that they are administrators; what they
 * write asks again, in its transaction.
 */
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
   * Changes what an account may do. It is cut off when it is deactivated; its role counts from its next request on.
   * @throws NotFoundError, LastAdminError, ForbiddenError, InvalidTokenError
   */
  async changeAccess(admin: Principal, id: string, access: UserAccess, client: Client): Promise<User> {
    const user = await this.store.transaction(async (store) => {
      const admins = await lockAsAdmin(store, admin, id);
      if (access.role === 'user' || access.isActive === false) assertNotLast(admins, id);
      const changed = await store.users.setAccess(id, access);
      if (!changed) throw new NotFoundError('user');
      if (!changed.isActive) await cutOff(store, id);
      return changed;
    });
    this.events.administered('access_changed', admin.user.id, id, client);
    return user;
  }

  /**
   * Cuts off whoever uses an account.
   * @throws NotFoundError, ForbiddenError, InvalidTokenError
   */
  async revokeSessions(admin: Principal, id: string, client: Client): Promise<void> {
    await this.store.transaction(async (store) => {
      await lockAsAdmin(store, admin, id);
      if (!(await store.users.findById(id))) throw new NotFoundError('user');
      await cutOff(store, id);
    });
    this.events.administered('sessions_revoked', admin.user.id, id, client);
  }

  /**
   * Lifts the lock that too many wrong passwords have put on an account.
   * @throws NotFoundError, ForbiddenError, InvalidTokenError
   */
  async unlock(admin: Principal, id: string, client: Client): Promise<void> {
    await this.store.transaction(async (store) => {
      await lockAsAdmin(store, admin, id);
      const user = await store.users.findById(id);
      if (!user) throw new NotFoundError('user');
      await this.guard.unlock(user.email, store);
    });
    this.events.administered('unlocked', admin.user.id, id, client);
  }
}

/**
 * Locks an account and all administrators, and asks again whether the caller is one: between the router's check and this
 * transaction someone may have demoted them, or ended their session.
 * @returns the ids of the active administrators
 * @throws ForbiddenError, InvalidTokenError
 */
async function lockAsAdmin({ users, sessions }: TransactionStore, admin: Principal, id: string): Promise<string[]> {
  const admins = await users.lockWithAdmins(id);
  if (!(await sessions.lock(admin.user.id, admin.sessionId))) throw new InvalidTokenError('session_ended');
  if (!admins.includes(admin.user.id)) throw new ForbiddenError();
  return admins;
}

/** @throws LastAdminError where no active administrator would be left without this one */
function assertNotLast(admins: readonly string[], id: string): void {
  if (admins.includes(id) && admins.length === 1) throw new LastAdminError();
}

/**
 * Makes sure that someone can still administer when this account is gone. Of two who would each leave the other as the
 * last, the second finds out here.
 * @param store of the transaction that removes the account
 * @throws LastAdminError
 */
export async function assertAnotherAdmin({ users }: Pick<TransactionStore, 'users'>, id: string): Promise<void> {
  assertNotLast(await users.lockWithAdmins(id), id);
}
