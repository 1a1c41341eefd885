import type { User } from '../domain/user.js';
import type { TransactionStore } from '../repositories/store.js';
import type { GuessGuard } from './guessGuard.js';

/**
 * Removes an account and everything that belongs to it except jobs, because finding those scans the queue.
 * @param store of a transaction that has locked the account
 * @returns the addresses whose jobs the caller must remove
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
