import type { User, UserChanges } from '../domain/user.js';
import type { Client } from '../domain/client.js';
import type { Principal } from '../domain/principal.js';
import type { Store } from '../repositories/store.js';
import type { GuessGuard } from './guessGuard.js';
import { lockCaller } from './accountLocks.js';
import type { PasswordProof } from './passwordProof.js';
import { removeAccount } from './removeAccount.js';
import type { SecurityEvents } from './securityEvents.js';
import { assertAnotherAdmin } from './userAdminService.js';

export class UserService {
  constructor(
    private readonly store: Pick<Store, 'transaction'>,
    private readonly proof: Pick<PasswordProof, 'prove'>,
    private readonly guard: Pick<GuessGuard, 'unlock'>,
    private readonly events: SecurityEvents,
  ) {}

  /**
   * Changes the caller's account.
   * @throws InvalidTokenError if the account was deactivated or the session ended meanwhile
   */
  async updateOwn({ user: caller, sessionId }: Principal, changes: UserChanges): Promise<User> {
    return this.store.transaction(async (store) => {
      const { user } = await lockCaller(store, caller.id, sessionId);
      return (await store.users.update(user.id, changes)) ?? user;
    });
  }

  /**
   * Removes the caller's account and everything that belongs to it.
   * @throws WrongPasswordError, LastAdminError, OverloadedError
   */
  async deleteOwn(principal: Principal, password: string, client: Client): Promise<void> {
    const verified = await this.proof.prove(principal, password, client);
    await this.store.transaction(async (store) => {
      // First, because it locks the administrators ordered by id.
      await assertAnotherAdmin(store, principal.user.id);
      await store.jobs.forget(await removeAccount(store, await verified.redeem(store), this.guard));
    });
    this.events.record('account_deleted', principal.user.id, client);
  }
}
