import { createHash } from 'node:crypto';
import { addressKey, siteKey } from '../domain/addressKey.js';
import { SignInLockedError } from '../errors.js';
import type { Client } from '../domain/client.js';
import type { Attempt, AttemptLimit } from '../repositories/attemptRepository.js';
import type { Store } from '../repositories/store.js';
import type { SecurityEvents } from './securityEvents.js';

/** How many wrong passwords in a row lock. */
export interface GuessLimits {
  /** For one account, or an address that has none. */
  account: number;
  /** From one network address. */
  address: number;
}

/** A guess that may be made. Whoever makes it says how it ended: `succeeded`, `failed` or `notMade`. */
export interface Guess {
  /** Of the account, or of an address that has none; undefined for a guess at a link. */
  email?: string;
  client: Client;
  /** Counted on the network address, and for IPv6 on the /48 network. */
  byNetwork: readonly Attempt[];
  /** Counted on the account or the link. */
  byTarget: Attempt;
}

const hour = 3600;

/** How many /64 networks' failures an IPv6 /48 network, which one site may have all of, may make. */
const networksOfSite = 8;

function keyOf(kind: 'account' | 'link' | 'address' | 'site', value: string): Buffer {
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
   * Counts an attempt before it is made.
   * @param email normalised
   * @throws SignInLockedError while no attempt is let through
   */
  async begin(email: string, client: Client): Promise<Guess> {
    return { email, ...(await this.countAll(keyOf('account', email), client)) };
  }

  /**
   * The same for the password that a link asks for. It is counted on the link, so that nobody without the link can lock it.
   * @throws SignInLockedError
   */
  async beginAtLink(tokenHash: Buffer, client: Client): Promise<Guess> {
    return this.countAll(keyOf('link', tokenHash.toString('hex')), client);
  }

  /** The password was right: this attempt does not count for the network, and none does for the account or link. */
  async succeeded({ byNetwork, byTarget }: Guess): Promise<void> {
    await this.store.attempts.takeBack(byNetwork);
    await this.store.attempts.forget(byTarget.key);
  }

  /** The password was wrong. The owner is told when that locks the account, once. */
  async failed({ email, client, byTarget }: Guess): Promise<void> {
    if (email === undefined || byTarget.count !== this.limits.account) return;
    await this.store.jobs.addMailRequest({ kind: 'accountLocked', email }, client);
  }

  /** The password was not looked at. */
  async notMade({ byNetwork, byTarget }: Guess): Promise<void> {
    await this.store.attempts.takeBack([...byNetwork, byTarget]);
  }

  /** Lifts the lock of an account. */
  async unlock(email: string, { attempts }: Pick<Store, 'attempts'> = this.store): Promise<void> {
    await attempts.forget(keyOf('account', email));
  }

  private async countAll(key: Buffer, client: Client): Promise<Guess> {
    const byNetwork: Attempt[] = [];
    for (const limit of this.networkLimits(client)) {
      byNetwork.push(await this.count(limit, byNetwork, client));
    }
    const limit = { key, max: this.limits.account, forgetAfterSeconds: 12 * hour };
    return { client, byNetwork, byTarget: await this.count(limit, byNetwork, client) };
  }

  private networkLimits({ ip }: Client): AttemptLimit[] {
    const max = this.limits.address;
    const address = { key: keyOf('address', addressKey(ip)), max, forgetAfterSeconds: hour };
    const site = siteKey(ip);
    if (site === undefined) return [address];
    return [{ key: keyOf('site', site), max: max * networksOfSite, forgetAfterSeconds: hour }, address];
  }

  /** @param before what was counted for the same guess: none of it counts where this one is refused */
  private async count(limit: AttemptLimit, before: readonly Attempt[], client: Client): Promise<Attempt> {
    const attempt = await this.store.attempts.count(limit);
    if (attempt.isAllowed) return attempt;
    await this.store.attempts.takeBack(before);
    this.events.signInFailed('sign_in_locked', undefined, client);
    throw new SignInLockedError(Math.max(1, attempt.lockedForSeconds));
  }
}
