import type { ModelStatic, Sequelize, Transaction } from 'sequelize';
import { defineLinkModel, type LinkModel } from '../models/link.js';
import { defineRequestedMailModel, type RequestedMailModel } from '../models/requestedMail.js';
import { defineSessionModel, type SessionModel } from '../models/session.js';
import { defineSignUpModel, type SignUpModel } from '../models/signUp.js';
import { defineUserModel, type UserModel } from '../models/user.js';
import { AttemptRepository } from './attemptRepository.js';
import { BlockedSessions } from './blockedSessions.js';
import { translateErrors } from './databaseErrors.js';
import { JobRepository, type JobQueue } from './jobRepository.js';
import { LinkRepository } from './linkRepository.js';
import { PrincipalReader } from './principalReader.js';
import { RequestedMailRepository } from './requestedMailRepository.js';
import type { SessionCache } from './sessionCache.js';
import { SessionChanges } from './sessionChanges.js';
import { SessionRepository } from './sessionRepository.js';
import { SignUpRepository } from './signUpRepository.js';
import { UserRepository } from './userRepository.js';

interface Models {
  users: ModelStatic<UserModel>;
  sessions: ModelStatic<SessionModel>;
  links: ModelStatic<LinkModel>;
  signUps: ModelStatic<SignUpModel>;
  requestedMails: ModelStatic<RequestedMailModel>;
}

/** Everything that is stored, by what it is. Every method of every repository throws DatabaseUnavailableError. */
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
    private readonly principals: PrincipalReader,
    inside: Transaction | null = null,
  ) {
    this.users = new UserRepository(sequelize, models.users, new SessionChanges(sequelize, cache, inside), inside);
    this.sessions = new SessionRepository(sequelize, models.sessions, principals, cache, inside);
    this.links = new LinkRepository(models.links, inside);
    this.signUps = new SignUpRepository(models.signUps, inside);
    this.requestedMails = new RequestedMailRepository(sequelize, models.requestedMails, inside);
    this.attempts = new AttemptRepository(sequelize, inside);
    this.jobs = new JobRepository(queue, sequelize, inside);
  }

  static on(sequelize: Sequelize, queue: JobQueue, cache: SessionCache): Store {
    const users = defineUserModel(sequelize);
    const models = {
      users,
      sessions: defineSessionModel(sequelize, users),
      links: defineLinkModel(sequelize),
      signUps: defineSignUpModel(sequelize),
      requestedMails: defineRequestedMailModel(sequelize),
    };
    return new Store(sequelize, models, queue, cache, new PrincipalReader(sequelize));
  }

  /** Removes what has expired and is of no use any more. */
  async removeExpired(): Promise<void> {
    await this.sessions.removeExpired();
    await this.links.removeExpired();
    await this.signUps.removeExpired();
    await this.requestedMails.removeOld();
    await this.attempts.removeOld();
  }

  /**
   * Does some work all or not at all: what is thrown in it undoes it. Within a transaction, it is part of that.
   * @param work gets a store of its own: only what goes through that is part of the transaction
   */
  async transaction<T>(work: (store: TransactionStore) => Promise<T>): Promise<T> {
    if (this instanceof TransactionStore) return work(this);
    const blocked = new BlockedSessions(this.cache);
    const result = await translateErrors(() =>
      this.sequelize.transaction((transaction) =>
        work(new TransactionStore(this.sequelize, this.models, this.queue, blocked, this.principals, transaction)),
      ),
    );
    await blocked.releaseAll();
    return result;
  }
}

/** A store whose repositories all work in one transaction. */
export class TransactionStore extends Store {
  readonly isTransaction = true;
}
