import { createHash } from 'node:crypto';
import { addressKey, siteKey } from '../core/addressKey.js';
import { SignInLockedError } from '../core/errors.js';
import type { Client } from '../domain/client.js';
import type { Credential } from '../domain/user.js';
import type { Attempt, CountedAttempt, Settlement } from '../repositories/attemptRepository.js';
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

/** How many /64 networks' failures an IPv6 /48 network, which one site may have all of, may make. */
const networksOfSite = 8;

function keyOf(kind: 'account' | 'address' | 'site', value: string): Buffer {
  return createHash('sha256').update(`${kind} ${value}`).digest();
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
    const address = { key: keyOf('address', addressKey(client.ip)), max: addressMax, forgetAfterSeconds: hour };
    const account = { key: keyOf('account', email), max: accountMax, forgetAfterSeconds: 12 * hour };
    const bySite = await this.countSite(client);
    const { outer: byAddress, inner: byAccount, credential } = await attempts.begin(address, account, email);
    if (!byAccount) {
      await this.takeBack(bySite);
      throw this.locked(byAddress, client);
    }
    const byNetwork = [...bySite, { key: address.key, attempt: byAddress }];
    if (!byAccount.isAllowed) {
      await this.takeBack(byNetwork);
      throw this.locked(byAccount, client);
    }
    const settlement = { takeBack: byNetwork, forget: account.key };
    return {
      credential,
      settlement,
      succeeded: () => attempts.settle(settlement),
      failed: async () => {
        if (byAccount.count === accountMax)
          await this.store.jobs.addMailRequest({ kind: 'accountLocked', email }, client);
      },
      notMade: async () => {
        await this.takeBack([...byNetwork, { key: account.key, attempt: byAccount }]);
      },
    };
  }

  /**
   * Counts an attempt on the IPv6 /48 network of a client: none for IPv4.
   * @throws SignInLockedError
   */
  private async countSite(client: Client): Promise<CountedAttempt[]> {
    const site = siteKey(client.ip);
    if (site === undefined) return [];
    const key = keyOf('site', site);
    const max = this.limits.address * networksOfSite;
    const attempt = await this.store.attempts.count({ key, max, forgetAfterSeconds: hour });
    if (!attempt.isAllowed) throw this.locked(attempt, client);
    return [{ key, attempt }];
  }

  private async takeBack(counted: readonly CountedAttempt[]): Promise<void> {
    for (const each of counted) await this.store.attempts.takeBack(each);
  }

  /** Lifts the lock of an account. */
  async unlock(email: string, { attempts } = this.store): Promise<void> {
    await attempts.forget(keyOf('account', email));
  }

  private locked({ lockedForSeconds }: Attempt, client: Client): SignInLockedError {
    this.events.signInFailed('sign_in_locked', undefined, client);
    return new SignInLockedError(Math.max(1, lockedForSeconds));
  }
}
