import { randomBytes } from 'node:crypto';
import type { ActionTokens } from '../security/actionTokens.js';
import type { PasswordHasher } from '../security/hashing/passwordHasher.js';
import { StartError } from '../startError.js';
import { normalizeEmail } from '../domain/emailAddress.js';
import type { Store } from '../repositories/store.js';
import { cutOff } from './cutOff.js';

/** Creates the first administrator, on the command line. */
export class AdminBootstrap {
  constructor(
    private readonly store: Store,
    private readonly passwords: Pick<PasswordHasher, 'hash'>,
    private readonly tokens: Pick<ActionTokens, 'create' | 'tokenOf'>,
  ) {}

  /**
   * Makes the account with this address an administrator, or creates one. An account with an unverified address may be a
   * stranger's: it loses its password, sessions and links.
   * @returns a token to choose a password with, valid for a day; undefined if the address was verified
   * @throws StartError if the account is deactivated
   */
  async createAdmin(address: string): Promise<string | undefined> {
    const email = normalizeEmail(address);
    const known = (await this.store.users.findCredentialByEmail(email))?.user;
    if (known && !known.isActive) throw new StartError('This account has been deactivated. Activate it first.');
    if (known?.emailVerifiedAt) {
      await this.store.transaction(({ users }) => users.setAccess(known.id, { role: 'admin' }));
      return undefined;
    }
    // Random: the owner resets it.
    const passwordHash = await this.passwords.hash(randomBytes(32).toString('base64url'));
    const { nonce, hash } = this.tokens.create();
    await this.store.transaction(async (store) => {
      const account = { email, passwordHash, firstName: 'Admin', lastName: 'Admin' };
      const existing = (await store.users.lockByEmail(email))?.user;
      const user =
        (existing && (await store.users.replace(existing.id, account))) ?? (await store.users.insert(account));
      await store.users.setAccess(user.id, { role: 'admin' });
      await cutOff(store, user.id);
      await store.signUps.removeAll(email);
      const expiresAt = new Date(Date.now() + 24 * 3_600_000);
      await store.links.insert({ userId: user.id, purpose: 'reset_password', tokenHash: hash, email, expiresAt });
    });
    return this.tokens.tokenOf(nonce);
  }
}
