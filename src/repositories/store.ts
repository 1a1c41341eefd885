import type { Sequelize } from 'sequelize';
import { defineModels, type Models } from '../models/models.js';
import { AttemptRepository } from './attemptRepository.js';
import { JobRepository, type JobQueue } from './jobRepository.js';
import { LinkRepository } from './linkRepository.js';
import { RequestedMailRepository } from './requestedMailRepository.js';
import type { SessionCache } from './sessionCache.js';
import { SessionRepository } from './sessionRepository.js';
import { SignUpRepository } from './signUpRepository.js';
import { UnitOfWork } from './unitOfWork.js';
import { UserRepository } from './userRepository.js';

/** All repositories. Every method of each throws the domain errors of `db/databaseErrors.ts`, such as DatabaseUnavailableError. */
export class Store {
  readonly users: UserRepository;
  readonly sessions: SessionRepository;
  readonly links: LinkRepository;
  readonly signUps: SignUpRepository;
  readonly requestedMails: RequestedMailRepository;
  readonly attempts: AttemptRepository;
  readonly jobs: JobRepository;

  protected constructor(
    private readonly sequelize: Sequelize,
    private readonly models: Models,
    private readonly queue: JobQueue,
    private readonly cache: SessionCache,
    work?: UnitOfWork,
  ) {
    const transaction = work?.transaction;
    this.users = new UserRepository(models.users, work);
    this.sessions = new SessionRepository(models.sessions, cache, work);
    this.links = new LinkRepository(models.links, transaction);
    this.signUps = new SignUpRepository(models.signUps, transaction);
    this.requestedMails = new RequestedMailRepository(sequelize, models.requestedMails, transaction);
    this.attempts = new AttemptRepository(sequelize, models.attempts, transaction);
    this.jobs = new JobRepository(queue, sequelize, transaction);
  }

  static on(sequelize: Sequelize, queue: JobQueue, cache: SessionCache): Store {
    return new Store(sequelize, defineModels(sequelize), queue, cache);
  }

  /** Removes expired rows of all tables. */
  async removeExpired(): Promise<void> {
    await this.sessions.removeExpired();
    await this.links.removeExpired();
    await this.signUps.removeExpired();
    await this.requestedMails.removeOld();
    await this.attempts.removeOld();
  }

  /**
   * Runs work in a transaction, which an error rolls back. Inside a transaction, the work joins it.
   * @param work must use the store that it gets
   */
  async transaction<T>(work: (store: TransactionStore) => Promise<T>): Promise<T> {
    if (this instanceof TransactionStore) return work(this);
    let changed: string[] = [];
    const result = await this.sequelize.transaction(async (transaction) => {
      const unit = new UnitOfWork(transaction);
      const store = new TransactionStore(this.sequelize, this.models, this.queue, this.cache, unit);
      const done = await work(store);
      changed = [...unit.sessionIds];
      if (unit.userIds.size > 0) changed.push(...(await store.sessions.idsOf([...unit.userIds])));
      // Before the COMMIT, so that no other instance uses a stale entry after it.
      await this.cache.forget(changed);
      return done;
    });
    await this.cache.forget(changed);
    return result;
  }
}

/** A store whose repositories work in one transaction. */
export class TransactionStore extends Store {
  readonly isTransaction = true;
}
