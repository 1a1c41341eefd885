import type { ModelStatic, Sequelize, Transaction } from 'sequelize';
import { defineActionTokenModel, type ActionTokenModel } from '../models/actionToken.js';
import { defineSessionModel, type SessionModel } from '../models/session.js';
import { defineUserModel, type UserModel } from '../models/user.js';
import { ActionTokenRepository } from './actionTokenRepository.js';
import { AttemptRepository } from './attemptRepository.js';
import { BlockedSessions } from './blockedSessions.js';
import { translateErrors } from './databaseErrors.js';
import { JobRepository, type JobQueue } from './jobRepository.js';
import { PrincipalReader } from './principalReader.js';
import type { SessionCache } from './sessionCache.js';
import { SessionChanges } from './sessionChanges.js';
import { SessionRepository } from './sessionRepository.js';
import { UserRepository } from './userRepository.js';

interface Models {
  users: ModelStatic<UserModel>;
  sessions: ModelStatic<SessionModel>;
  actionTokens: ModelStatic<ActionTokenModel>;
}

/** Everything that is stored, by what it is. Every method of every repository throws DatabaseUnavailableError. */
export class Store {
  readonly users: UserRepository;
  readonly sessions: SessionRepository;
  readonly actionTokens: ActionTokenRepository;
  readonly attempts: AttemptRepository;
  readonly jobs: JobRepository;

  private constructor(
    private readonly sequelize: Sequelize,
    private readonly models: Models,
    private readonly queue: JobQueue,
    private readonly cache: SessionCache,
    private readonly principals: PrincipalReader,
    private readonly inside: Transaction | null = null,
  ) {
    this.users = new UserRepository(sequelize, models.users, new SessionChanges(sequelize, cache, inside), inside);
    this.sessions = new SessionRepository(sequelize, models.sessions, principals, cache, inside);
    this.actionTokens = new ActionTokenRepository(sequelize, models.actionTokens, inside);
    this.attempts = new AttemptRepository(sequelize, inside);
    this.jobs = new JobRepository(queue, sequelize, inside);
  }

  static on(sequelize: Sequelize, queue: JobQueue, cache: SessionCache): Store {
    const users = defineUserModel(sequelize);
    const sessions = defineSessionModel(sequelize, users);
    const actionTokens = defineActionTokenModel(sequelize);
    const principals = new PrincipalReader(sequelize);
    return new Store(sequelize, { users, sessions, actionTokens }, queue, cache, principals);
  }

  /** Removes what has expired and is of no use any more. */
  async removeExpired(): Promise<void> {
    await this.sessions.removeExpired();
    await this.actionTokens.removeExpired();
    await this.attempts.removeOld();
  }

  /**
   * Does some work all or not at all: what is thrown in it undoes it. Within a transaction, it is part of that.
   * @param work gets a store of its own: only what goes through that is part of the transaction
   */
  async transaction<T>(work: (store: Store) => Promise<T>): Promise<T> {
    if (this.inside) return work(this);
    const blocked = new BlockedSessions(this.cache);
    const result = await translateErrors(() =>
      this.sequelize.transaction((transaction) =>
        work(new Store(this.sequelize, this.models, this.queue, blocked, this.principals, transaction)),
      ),
    );
    await blocked.releaseAll();
    return result;
  }
}
