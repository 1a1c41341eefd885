import { randomBytes } from 'node:crypto';
import type { ActionTokens } from '../security/actionTokens.js';
import type { PasswordHasher } from '../security/hashing/passwordHasher.js';
import { StartError } from '../startError.js';
import { normalizeEmail } from '../domain/emailAddress.js';
import type { User } from '../domain/user.js';
import type { Store, TransactionStore } from '../repositories/store.js';
import { cutOff } from './cutOff.js';

interface Tools {
  store: Store;
  passwords: Pick<PasswordHasher, 'hash'>;
  tokens: Pick<ActionTokens, 'create' | 'tokenOf'>;
}

/** What became of the account. Its token serves to choose a password, for a day. */
export type CreatedAdmin =
  | { outcome: 'created'; token: string }
  /** It keeps its password and sessions. */
  | { outcome: 'promoted' }
  /** Its address was not verified, so it lost its password, its links and this many sessions. */
  | { outcome: 'voided'; token: string; sessions: number };

const dayMs = 86_400_000;

/**
 * Makes the account with this address an administrator, or creates one. An account with an unverified address may be a
 * stranger's: unless the operator vouches for it, it loses its password, sessions and links.
 * @param address `mayBeNew`: whether a new account may have it. Accounts of earlier versions may have others
 * @param isVouched whether the operator knows that the account belongs to the owner of the address
 * @throws StartError if the account is deactivated, or would be new with an address that no new account may have
 */
export async function createAdmin(
  { text, mayBeNew }: { text: string; mayBeNew: boolean },
  isVouched: boolean,
  { store, passwords, tokens }: Tools,
): Promise<CreatedAdmin> {
  const email = normalizeEmail(text);
  // Random: the owner resets it.
  const passwordHash = await passwords.hash(randomBytes(32).toString('base64url'));
  const { nonce, hash: tokenHash } = tokens.create();
  return store.transaction(async (inside): Promise<CreatedAdmin> => {
    const { users, links, signUps } = inside;
    const { user, isNew } = await lockOrInsert(inside, email, mayBeNew, passwordHash);
    await users.setAccess(user.id, { role: 'admin' });
    if (isVouched) await vouch(inside, user);
    if (!isNew && (isVouched || user.emailVerifiedAt)) return { outcome: 'promoted' };
    const voided = isNew ? undefined : await voidAccess(inside, user, passwordHash);
    await signUps.removeAll(email);
    await links.insert({ userId: user.id, purpose: 'reset_password', tokenHash, email }, dayMs);
    const token = tokens.tokenOf(nonce);
    return voided ? { outcome: 'voided', token, ...voided } : { outcome: 'created', token };
  });
}

async function lockOrInsert(
  { users }: TransactionStore,
  email: string,
  mayBeNew: boolean,
  passwordHash: string,
): Promise<{ user: User; isNew: boolean }> {
  const known = (await users.lockByEmail(email))?.user;
  if (known?.isActive === false) throw new StartError('This account has been deactivated. Activate it first.');
  if (known) return { user: known, isNew: false };
  if (!mayBeNew) throw new StartError(`${email} is not an email address.`);
  return { user: await users.insert({ email, passwordHash, firstName: 'Admin', lastName: 'Admin' }), isNew: true };
}

/** Verifies the address without a link. */
async function vouch({ users, links, signUps }: TransactionStore, user: User): Promise<void> {
  if (user.emailVerifiedAt) return;
  const { id, email } = user;
  await users.setVerifiedEmail(id, email);
  await links.removeAll(id, ['verify_email']);
  await signUps.removeAll(email);
}

/** @returns how many sessions have ended */
async function voidAccess(store: TransactionStore, { id }: User, passwordHash: string): Promise<{ sessions: number }> {
  const sessions = await store.sessions.idsOf([id]);
  await store.users.changePassword(id, passwordHash);
  await cutOff(store, id);
  return { sessions: sessions.length };
}
