import type { User } from '../domain/user.js';
import type { TransactionStore } from '../repositories/store.js';
import type { GuessGuard } from './guessGuard.js';

/**
 * Removes an account with everything that belongs to it, but for jobs: looking for them reads the whole queue.
 * @param store of a transaction that holds the account
 * @returns the addresses whose jobs are to be forgotten too
 */
export async function removeAccount(
  store: Pick<TransactionStore, 'users' | 'sessions' | 'links' | 'signUps' | 'attempts'>,
  { id, email }: Pick<User, 'id' | 'email'>,
  guard: Pick<GuessGuard, 'unlock'>,
): Promise<string[]> {
  const addresses = [email, ...(await store.links.addressesOf(id))];
  await store.sessions.endAll(id);
  await store.users.remove(id);
  await store.signUps.removeAll(email);
  await guard.unlock(email, store);
  return addresses;
}
