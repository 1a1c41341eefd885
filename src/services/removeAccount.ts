import type { User } from '../domain/user.js';
import type { TransactionStore } from '../repositories/store.js';
import type { GuessGuard } from './guessGuard.js';

/**
 * Removes an account with everything that belongs to it, in the queue and among the attempts too.
 * @param store of a transaction that holds the account
 */
export async function removeAccount(
  store: Pick<TransactionStore, 'users' | 'sessions' | 'links' | 'signUps' | 'jobs' | 'attempts'>,
  { id, email }: Pick<User, 'id' | 'email'>,
  guard: Pick<GuessGuard, 'unlock'>,
): Promise<void> {
  const addresses = [email, ...(await store.links.addressesOf(id))];
  await store.sessions.endAll(id);
  await store.users.remove(id);
  await store.signUps.removeAll(email);
  await store.jobs.forget(addresses);
  await guard.unlock(email, store);
}
