import { InvalidTokenError } from '../errors.js';
import type { Principal } from '../domain/principal.js';
import type { Credential } from '../domain/user.js';
import type { TransactionStore } from '../repositories/store.js';

/**
 * Locks the caller's account and session until the transaction ends: the account first, as everywhere, to prevent
 * deadlocks.
 * @throws InvalidTokenError if the account is no longer active or the session has ended
 */
export async function lockCaller(
  { users, sessions }: Pick<TransactionStore, 'users' | 'sessions' | 'isTransaction'>,
  { user, sessionId }: { user: { id: string }; sessionId: Principal['sessionId'] },
): Promise<Credential> {
  const account = await users.lock(user.id);
  if (!account?.user.isActive) throw new InvalidTokenError('token_user_invalid');
  if (!(await sessions.lock(user.id, sessionId))) throw new InvalidTokenError('session_ended');
  return account;
}
