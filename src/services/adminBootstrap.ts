import { randomBytes } from 'node:crypto';
import type { ActionTokens } from '../core/actionTokens.js';
import type { PasswordHasher } from '../core/passwordHasher.js';
import { normalizeEmail } from '../domain/emailAddress.js';
import type { Store } from '../repositories/store.js';

/** How the first administrator comes to be: by whoever can start programs on the server. */
export class AdminBootstrap {
  constructor(
    private readonly store: Store,
    private readonly passwords: Pick<PasswordHasher, 'hash'>,
    private readonly tokens: Pick<ActionTokens, 'create' | 'tokenOf'>,
  ) {}

  /**
   * Makes an administrator of the account with this address, or makes one.
   * @returns the token with which the owner of a new account chooses a password, within a day; undefined for an account
   * that was there
   */
  async createAdmin(address: string): Promise<string | undefined> {
    const email = normalizeEmail(address);
    const known = await this.store.users.findCredentialByEmail(email);
    if (known) {
      await this.store.users.setAccess(known.user.id, { role: 'admin', isActive: true });
      return undefined;
    }
    // Nobody knows it: it is there to be reset.
    const passwordHash = await this.passwords.hash(randomBytes(32).toString('base64url'));
    const { nonce, hash } = this.tokens.create();
    await this.store.transaction(async (store) => {
      const user = await store.users.insert({ email, passwordHash, firstName: 'Admin', lastName: 'Admin' });
      await store.users.setAccess(user.id, { role: 'admin' });
      const expiresAt = new Date(Date.now() + 24 * 3_600_000);
      await store.actionTokens.put({ userId: user.id, purpose: 'reset_password', tokenHash: hash, email, expiresAt });
    });
    return this.tokens.tokenOf(nonce);
  }
}
