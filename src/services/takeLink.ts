import { InvalidLinkError } from '../core/errors.js';
import type { ActionPurpose, ActionToken } from '../domain/actionToken.js';
import type { User } from '../domain/user.js';
import type { Store } from '../repositories/store.js';

/**
 * Uses up the token of a link. The account comes first, as in every change of one, so that no two changes wait for each
 * other; and a link that went to an address the account has no more is worth nothing.
 * @param store of the transaction of what the link does
 * @throws InvalidLinkError
 */
export async function takeLink(
  { actionTokens, users }: Pick<Store, 'actionTokens' | 'users'>,
  tokenHash: Buffer,
  purposes: readonly ActionPurpose[],
): Promise<{ user: User; taken: ActionToken }> {
  const owner = await actionTokens.findOwner(tokenHash, purposes);
  const user = owner === undefined ? undefined : await users.lock(owner);
  const taken = user && (await actionTokens.take(tokenHash, purposes));
  if (!taken) throw new InvalidLinkError();
  if (taken.purpose !== 'change_email' && taken.email !== user.email) throw new InvalidLinkError();
  return { user, taken };
}
