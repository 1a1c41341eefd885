import { InvalidLinkError } from '../errors.js';
import type { LinkPurpose } from '../domain/link.js';
import type { User } from '../domain/user.js';
import type { TransactionStore } from '../repositories/store.js';

/**
 * Uses a link up and locks its account: the account first, as everywhere, to prevent deadlocks. Refuses links of inactive
 * accounts, and links to an address that the account no longer has.
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
