import { InvalidLinkError, InvalidTokenError } from '../errors.js';
import type { LinkPurpose } from '../domain/link.js';
import type { Credential, User } from '../domain/user.js';
import type { TransactionStore } from '../repositories/store.js';

// The account is locked first, as everywhere, to prevent deadlocks.

/**
 * Locks the caller's account and session until the transaction ends.
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

/**
 * Uses a link up and locks its account. Refuses links of inactive accounts, and links to an address that the account no
 * longer has.
 * @param store of the transaction that acts on the link
 * @throws InvalidLinkError
 */
export async function takeLink(
  { links, users }: Pick<TransactionStore, 'links' | 'users'>,
  tokenHash: Buffer,
  purpose: LinkPurpose,
): Promise<User> {
  const link = await links.find(tokenHash, [purpose]);
  if (!link) throw new InvalidLinkError();
  const user = (await users.lock(link.userId))?.user;
  if (!user?.isActive) throw new InvalidLinkError();
  const isTaken = await links.remove(tokenHash);
  if (!isTaken || (purpose !== 'change_email' && link.email !== user.email)) throw new InvalidLinkError();
  return user;
}
