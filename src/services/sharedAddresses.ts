import { EmailTakenError } from '../errors.js';
import { normalizeEmail } from '../domain/emailAddress.js';
import type { User } from '../domain/user.js';
import type { Store, TransactionStore } from '../repositories/store.js';
import { StartError } from '../startError.js';
import type { GuessGuard } from './guessGuard.js';

/** An address of several accounts, which have one mailbox. */
export interface SharedAddress {
  /** Normalised. */
  email: string;
  accounts: (User & { sessions: number })[];
}

// The migration that forbids shared addresses stops while there are any. So all this must work with older tables too.

export async function listSharedAddresses({
  users,
  sessions,
}: Pick<Store, 'users' | 'sessions'>): Promise<SharedAddress[]> {
  const shared: SharedAddress[] = [];
  for (const [email, found] of await users.listSharingAddress()) {
    const counts = await Promise.all(found.map(({ id }) => sessions.idsOf([id])));
    shared.push({ email, accounts: found.map((user, index) => ({ ...user, sessions: counts[index]?.length ?? 0 })) });
  }
  return shared;
}

/**
 * Removes an account that shares its address, with its sessions, links and jobs.
 * @throws StartError if it shares no address, or is the only active administrator
 */
export async function removeSharing(store: Store, id: string, guard: Pick<GuessGuard, 'unlock'>): Promise<void> {
  await store.transaction(async (inside) => {
    const { email } = await findSharing(inside, id);
    const admins = await inside.users.lockWithAdmins(id);
    if (admins.length === 1 && admins.includes(id)) {
      throw new StartError(`${id} is the only active administrator. Keep it, and remove or rename the others.`);
    }
    await inside.sessions.endAll(id);
    await inside.users.remove(id);
    await guard.unlock(email, inside);
    await inside.jobs.forget([email]);
  });
}

/**
 * Gives an account that shares its address another one, which counts as unverified. It keeps its password and sessions.
 * @param address one that the description allows
 * @throws StartError if the account shares no address, or another account has the new one
 */
export async function renameSharing(store: Store, id: string, address: string): Promise<void> {
  const email = normalizeEmail(address);
  await store
    .transaction(async (inside) => {
      await findSharing(inside, id);
      await inside.users.rename(id, email);
      if ((await inside.users.listSharingAddress()).has(email)) throw new EmailTakenError();
    })
    .catch((error: unknown) => {
      throw error instanceof EmailTakenError ? new StartError(`${address} belongs to an account already.`) : error;
    });
}

/** @throws StartError */
async function findSharing({ users }: Pick<TransactionStore, 'users'>, id: string): Promise<User> {
  const found = [...(await users.listSharingAddress()).values()].flat().find((user) => user.id === id);
  if (!found) throw new StartError(`${id} is not the id of an account that shares its address.`);
  return found;
}
