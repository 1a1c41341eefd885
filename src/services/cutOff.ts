import type { TransactionStore } from '../repositories/store.js';

/**
 * Cuts off whoever uses an account: its sessions end, its links stop working, and mails with such links that are still
 * waiting are not sent (`MailService.deliver` asks for the link). Every revocation calls this.
 * @param store of a transaction that holds the account
 * @param keepSession the id of a session that stays
 */
export async function cutOff(
  { sessions, links }: Pick<TransactionStore, 'sessions' | 'links'>,
  userId: string,
  keepSession?: string,
): Promise<void> {
  await sessions.endAll(userId, keepSession);
  await links.removeAll(userId);
}
