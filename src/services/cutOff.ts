import type { TransactionStore } from '../repositories/store.js';

/**
 * Ends the sessions of an account and revokes its links. Queued mails with a revoked link are not sent.
 * @param store of a transaction that has locked the account
 * @param keepSession the id of a session to keep
 */
export async function cutOff(
  { sessions, links }: Pick<TransactionStore, 'sessions' | 'links'>,
  userId: string,
  keepSession?: string,
): Promise<void> {
  await sessions.endAll(userId, keepSession);
  await links.removeAll(userId);
}
