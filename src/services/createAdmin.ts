import { randomBytes } from 'node:crypto';
import type { ActionTokens } from '../security/actionTokens.js';
import type { PasswordHasher } from '../security/hashing/passwordHasher.js';
import { StartError } from '../startError.js';
import { normalizeEmail } from '../domain/emailAddress.js';
import type { Store } from '../repositories/store.js';
import { cutOff } from './cutOff.js';

const dayMs = 86_400_000;

interface Tools {
  store: Store;
  passwords: Pick<PasswordHasher, 'hash'>;
  tokens: Pick<ActionTokens, 'create' | 'tokenOf'>;
}

/**
 * Makes the account with this address an administrator, or creates one. An account with an unverified address may be a
 * stranger's: it loses its password, sessions and links.
 * @returns a token to choose a password with, valid for a day; undefined if the address was verified
 * @throws StartError if the account is deactivated
 */
export async function createAdmin(address: string, { store, passwords, tokens }: Tools): Promise<string | undefined> {
  const email = normalizeEmail(address);
  const known = (await store.users.findCredentialByEmail(email))?.user;
  if (known && !known.isActive) throw new StartError('This account has been deactivated. Activate it first.');
  if (known?.emailVerifiedAt) {
    await store.transaction(({ users }) => users.setAccess(known.id, { role: 'admin' }));
    return undefined;
  }
  // Random: the owner resets it.
  const passwordHash = await passwords.hash(randomBytes(32).toString('base64url'));
  const { nonce, hash } = tokens.create();
  await store.transaction(async ({ users, sessions, links, signUps }) => {
    const account = { email, passwordHash, firstName: 'Admin', lastName: 'Admin' };
    const existing = (await users.lockByEmail(email))?.user;
    const user = (existing && (await users.replace(existing.id, account))) ?? (await users.insert(account));
    await users.setAccess(user.id, { role: 'admin' });
    await cutOff({ sessions, links }, user.id);
    await signUps.removeAll(email);
    await links.insert({ userId: user.id, purpose: 'reset_password', tokenHash: hash, email }, dayMs);
  });
  return tokens.tokenOf(nonce);
}
