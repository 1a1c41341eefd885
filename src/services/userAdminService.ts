import { ForbiddenError, InvalidTokenError, LastAdminError, NotFoundError } from '../errors.js';
import type { Client } from '../domain/client.js';
import type { Page, PageRequest } from '../domain/page.js';
import type { Principal } from '../domain/principal.js';
import type { User, UserAccess, UserFilter } from '../domain/user.js';
import type { Store, TransactionStore } from '../repositories/store.js';
import type { GuessGuard } from './guessGuard.js';
import { cutOff } from './cutOff.js';
import type { SecurityEvents } from './securityEvents.js';

/** What administrators do with accounts. The router checks the role; each change checks it again in its transaction. */
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
    return findUser(this.store, id);
  }

  /**
   * Changes role or activity. A deactivated account is cut off; a new role takes effect at the next request.
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
    this.events.record('access_changed', admin.user.id, client, { target_user_id: id });
    return user;
  }

  /**
   * Ends all sessions of an account and revokes its links.
   * @throws NotFoundError, ForbiddenError, InvalidTokenError
   */
  async revokeSessions(admin: Principal, id: string, client: Client): Promise<void> {
    await this.store.transaction(async (store) => {
      await lockAsAdmin(store, admin, id);
      await findUser(store, id);
      await cutOff(store, id);
    });
    this.events.record('sessions_revoked', admin.user.id, client, { target_user_id: id });
  }

  /**
   * Unlocks an account after too many wrong passwords.
   * @throws NotFoundError, ForbiddenError, InvalidTokenError
   */
  async unlock(admin: Principal, id: string, client: Client): Promise<void> {
    await this.store.transaction(async (store) => {
      await lockAsAdmin(store, admin, id);
      const { email } = await findUser(store, id);
      await this.guard.unlock(email, store);
    });
    this.events.record('unlocked', admin.user.id, client, { target_user_id: id });
  }
}

/** @throws NotFoundError */
async function findUser({ users }: Pick<Store, 'users'>, id: string): Promise<User> {
  const user = await users.findById(id);
  if (!user) throw new NotFoundError('user');
  return user;
}

/**
 * Locks an account and all administrators, and checks again that the caller is one: their role or session may have
 * changed since the router's check.
 * @returns the ids of the active administrators
 * @throws ForbiddenError, InvalidTokenError
 */
async function lockAsAdmin({ users, sessions }: TransactionStore, admin: Principal, id: string): Promise<string[]> {
  const admins = await users.lockWithAdmins(id);
  if (!(await sessions.lock(admin.user.id, admin.sessionId))) throw new InvalidTokenError('session_ended');
  if (!admins.includes(admin.user.id)) throw new ForbiddenError();
  return admins;
}

/** @throws LastAdminError if this is the last active administrator */
function assertNotLast(admins: readonly string[], id: string): void {
  if (admins.includes(id) && admins.length === 1) throw new LastAdminError();
}

/**
 * Locks the administrators and checks that another one is left without this account.
 * @param store of the transaction that removes the account
 * @throws LastAdminError
 */
export async function assertAnotherAdmin({ users }: Pick<TransactionStore, 'users'>, id: string): Promise<void> {
  assertNotLast(await users.lockWithAdmins(id), id);
}
