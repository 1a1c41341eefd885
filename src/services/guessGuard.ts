import { createHash } from 'node:crypto';
import type { Config } from '../config/config.js';
import { addressKey, siteKey } from '../domain/addressKey.js';
import { SignInLockedError } from '../errors.js';
import type { Client } from '../domain/client.js';
import type { Attempt, AttemptLimit } from '../repositories/attemptRepository.js';
import type { Store } from '../repositories/store.js';
import type { SecurityEvents } from './securityEvents.js';

/** A counted guess. Report its outcome with `succeeded`, `failed` or `notMade`. */
export interface Guess {
  /** The address, with or without an account; undefined for a guess at a link. */
  email?: string;
  client: Client;
  /** Attempts of the network address and, for IPv6, of its /48 network. */
  byNetwork: readonly Attempt[];
  /** Attempt on the account or link. */
  byTarget: Attempt;
}

const hour = 3600;

/** An IPv6 /48 network, usually one site, may fail this many times as often as a /64 network. */
const networksOfSite = 8;

function keyOf(kind: 'account' | 'link' | 'address' | 'site', value: string): Buffer {
  return createHash('sha256').update(`${kind} ${value}`).digest();
}

/**
 * Slows password guessing down: too many wrong passwords in a row lock the account, and the network that tries them, for
 * increasing times. Addresses without an account are treated the same.
 */
export class GuessGuard {
  constructor(
    private readonly store: Pick<Store, 'attempts' | 'jobs'>,
    private readonly limits: Config['guesses'],
    private readonly events: SecurityEvents,
  ) {}

  /**
   * Counts an attempt before it is made.
   * @param email normalised
   * @throws SignInLockedError
   */
  async begin(email: string, client: Client): Promise<Guess> {
    return { email, ...(await this.countAll(keyOf('account', email), client)) };
  }

  /**
   * Counts an attempt on a link instead of an account, so that only holders of the link can lock it.
   * @throws SignInLockedError
   */
  async beginAtLink(tokenHash: Buffer, client: Client): Promise<Guess> {
    return this.countAll(keyOf('link', tokenHash.toString('hex')), client);
  }

  /** The password was right: uncounts this attempt for the network, and all attempts on the account or link. */
  async succeeded({ byNetwork, byTarget }: Guess): Promise<void> {
    await this.store.attempts.takeBack(byNetwork);
    await this.store.attempts.forget(byTarget.key);
  }

  /** The password was wrong: notifies the owner when the account gets locked. */
  async failed({ email, client, byTarget }: Guess): Promise<void> {
    if (email === undefined || byTarget.count !== this.limits.account) return;
    await this.store.jobs.addMailRequest({ kind: 'accountLocked', email }, client);
  }

  /** The password was not checked. */
  async notMade({ byNetwork, byTarget }: Guess): Promise<void> {
    await this.store.attempts.takeBack([...byNetwork, byTarget]);
  }

  /** Lifts the lock of an account. */
  async unlock(email: string, { attempts }: Pick<Store, 'attempts'> = this.store): Promise<void> {
    await attempts.forget(keyOf('account', email));
  }

  private async countAll(key: Buffer, client: Client): Promise<Guess> {
    const byNetwork: Attempt[] = [];
    for (const limit of this.networkLimits(client)) byNetwork.push(await this.count(limit, byNetwork, client));
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

  /** @param before attempts already counted for the same guess, which are uncounted if this one is refused */
  private async count(limit: AttemptLimit, before: readonly Attempt[], client: Client): Promise<Attempt> {
    const attempt = await this.store.attempts.count(limit);
    if (attempt.isAllowed) return attempt;
    await this.store.attempts.takeBack(before);
    this.events.signInFailed('sign_in_locked', undefined, client);
    throw new SignInLockedError(Math.max(1, attempt.lockedForSeconds));
  }
}
