import type { User } from '../domain/user.js';
import type { TransactionStore } from '../repositories/store.js';
import type { GuessGuard } from './guessGuard.js';

/**
 * Removes an account with everything that belongs to it, in the queue and among the attempts too.
 * @param store of a transaction that holds the account
 */
export async function removeAccount(
  store: Pick<TransactionStore, 'users' | 'sessions' | 'jobs' | 'attempts'>,
  { id, email }: Pick<User, 'id' | 'email'>,
  guard: Pick<GuessGuard, 'unlock'>,
): Promise<void> {
  await store.sessions.endAll(id);
  await store.users.remove(id);
  await store.jobs.forget(email);
  await guard.unlock(email, store);
}
