import { randomBytes } from 'node:crypto';
import type { ActionTokens } from '../security/actionTokens.js';
import type { PasswordHasher } from '../security/hashing/passwordHasher.js';
import { StartError } from '../startError.js';
import { normalizeEmail } from '../domain/emailAddress.js';
import type { Store } from '../repositories/store.js';
import { cutOff } from './cutOff.js';

/** How the first administrator comes to be: by whoever can start programs on the server. */
export class AdminBootstrap {
  constructor(
    private readonly store: Store,
    private readonly passwords: Pick<PasswordHasher, 'hash'>,
    private readonly tokens: Pick<ActionTokens, 'create' | 'tokenOf'>,
  ) {}

  /**
   * Makes an administrator of the account with this address, or makes one. Whoever signed up under an address that they
   * did not prove may not be its owner: they are cut off, and the owner chooses a password.
   * @returns the token with which the owner chooses a password, within a day; undefined for an account that was proved
   * @throws StartError for an account that has been deactivated
   */
  async createAdmin(address: string): Promise<string | undefined> {
    const email = normalizeEmail(address);
    const known = (await this.store.users.findCredentialByEmail(email))?.user;
    if (known && !known.isActive) throw new StartError('This account has been deactivated. Activate it first.');
    if (known?.emailVerifiedAt) {
      await this.store.transaction(({ users }) => users.setAccess(known.id, { role: 'admin' }));
      return undefined;
    }
    // Nobody knows it: it is there to be reset.
    const passwordHash = await this.passwords.hash(randomBytes(32).toString('base64url'));
    const { nonce, hash } = this.tokens.create();
    await this.store.transaction(async (store) => {
      const account = { email, passwordHash, firstName: 'Admin', lastName: 'Admin' };
      const stranger = (await store.users.lockByEmail(email))?.user;
      const user =
        (stranger && (await store.users.replace(stranger.id, account))) ?? (await store.users.insert(account));
      await store.users.setAccess(user.id, { role: 'admin' });
      await cutOff(store, user.id);
      await store.signUps.removeAll(email);
      const expiresAt = new Date(Date.now() + 24 * 3_600_000);
      await store.links.insert({ userId: user.id, purpose: 'reset_password', tokenHash: hash, email, expiresAt });
    });
    return this.tokens.tokenOf(nonce);
  }
}
