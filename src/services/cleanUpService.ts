import type { Store } from '../repositories/store.js';
import type { GuessGuard } from './guessGuard.js';
import { removeAccount } from './removeAccount.js';

const batchSize = 100;

export class CleanUpService {
  /** @param unverifiedAccountMs lifetime of an unverified account that nobody uses, in milliseconds; 0: unlimited */
  constructor(
    private readonly store: Store,
    private readonly guard: Pick<GuessGuard, 'unlock'>,
    private readonly unverifiedAccountMs: number,
  ) {}

  async run(): Promise<void> {
    await this.store.removeExpired();
    if (this.unverifiedAccountMs > 0) await this.removeAbandoned(this.unverifiedAccountMs);
  }

  private async removeAbandoned(unusedMs: number): Promise<void> {
    let ids: string[];
    do {
      ids = await this.store.users.listAbandoned(unusedMs, batchSize);
      const addresses: string[] = [];
      for (const id of ids) addresses.push(...(await this.removeIfAbandoned(id, unusedMs)));
      await this.store.jobs.forget(addresses);
    } while (ids.length === batchSize);
  }

  /** Checks again once the account is locked: its owner may have logged in meanwhile. */
  private async removeIfAbandoned(id: string, unusedMs: number): Promise<string[]> {
    return this.store.transaction(async (store) => {
      const account = await store.users.lock(id);
      const isAbandoned = (await store.users.listAbandoned(unusedMs, 1, id)).length > 0;
      return account && isAbandoned ? removeAccount(store, account.user, this.guard) : [];
    });
  }
}
