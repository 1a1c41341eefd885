import { createHash } from 'node:crypto';
import { addressKey } from '../core/addressKey.js';
import { SignInLockedError } from '../core/errors.js';
import type { Client } from '../domain/client.js';
import type { Credential } from '../domain/user.js';
import type { Attempt, Settlement } from '../repositories/attemptRepository.js';
import type { Store } from '../repositories/store.js';
import type { SecurityEvents } from './securityEvents.js';

/** How many wrong passwords in a row lock. */
export interface GuessLimits {
  /** For one account, or an address that has none. */
  account: number;
  /** From one network address. */
  address: number;
}

/** A sign-in that may be tried. It has to end in one of three ways, or its `settlement` with the session that begins. */
export interface Guess {
  /** Of the account with this address, where there is one. */
  readonly credential: Credential | undefined;
  readonly settlement: Settlement;
  succeeded(): Promise<void>;
  failed(): Promise<void>;
  /** The password was not looked at. */
  notMade(): Promise<void>;
}

const hour = 3600;

/** The account of this e-mail address, whether there is one or not, as attempts are counted for it. */
function accountKey(email: string): Buffer {
  return createHash('sha256').update(`account ${email}`).digest();
}

/**
 * Slows guessing down: after so many wrong passwords in a row an account is locked for growing spans, and so is a network
 * address that tries many accounts. It is the same for addresses without an account.
 */
export class GuessGuard {
  constructor(
    private readonly store: Pick<Store, 'attempts' | 'jobs'>,
    private readonly limits: GuessLimits,
    private readonly events: SecurityEvents,
  ) {}

  /**
   * Counts an attempt before it is made, and looks up whom it is at.
   * @param email normalised
   * @throws SignInLockedError while no attempt is let through
   */
  async begin(email: string, client: Client): Promise<Guess> {
    const { attempts } = this.store;
    const { account: accountMax, address: addressMax } = this.limits;
    const [account, address] = [
      accountKey(email),
      createHash('sha256')
        .update(`address ${addressKey(client.ip)}`)
        .digest(),
    ];
    const found = await attempts.begin(
      { key: address, max: addressMax, forgetAfterSeconds: hour },
      { key: account, max: accountMax, forgetAfterSeconds: 12 * hour },
      email,
    );
    const { outer: byAddress, inner: byAccount, credential } = found;
    if (!byAccount) throw this.locked(byAddress, client);
    if (!byAccount.isAllowed) {
      await attempts.takeBack(address, byAddress);
      throw this.locked(byAccount, client);
    }
    const settlement = { takeBack: { key: address, id: byAddress.id }, forget: account };
    return {
      credential,
      settlement,
      succeeded: () => attempts.settle(settlement),
      failed: async () => {
        if (byAccount.count === accountMax) await this.store.jobs.addMailRequest({ kind: 'accountLocked', email });
      },
      notMade: async () => {
        await attempts.takeBack(account, byAccount);
        await attempts.takeBack(address, byAddress);
      },
    };
  }

  /** Lifts the lock of an account. */
  async unlock(email: string, { attempts } = this.store): Promise<void> {
    await attempts.forget(accountKey(email));
  }

  private locked({ lockedForSeconds }: Attempt, client: Client): SignInLockedError {
    this.events.signInFailed('sign_in_locked', undefined, client);
    return new SignInLockedError(Math.max(1, lockedForSeconds));
  }
}
