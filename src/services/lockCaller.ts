import { InvalidTokenError } from '../errors.js';
import type { Credential } from '../domain/user.js';
import type { TransactionStore } from '../repositories/store.js';

/**
 * Locks the caller's account and session until the transaction ends: the account first, as everywhere, to prevent
 * deadlocks.
 * @param sessionId undefined if the caller is not logged in
 * @throws InvalidTokenError if the account is no longer active or the session has ended
 */
export async function lockCaller(
  { users, sessions }: Pick<TransactionStore, 'users' | 'sessions' | 'isTransaction'>,
  userId: string,
  sessionId: string | undefined,
): Promise<Credential> {
  const account = await users.lock(userId);
  if (!account?.user.isActive) throw new InvalidTokenError('token_user_invalid');
  const isLocked = sessionId === undefined || (await sessions.lock(userId, sessionId));
  if (!isLocked) throw new InvalidTokenError('session_ended');
  return account;
}
