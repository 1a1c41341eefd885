import type { ModelStatic, Sequelize, Transaction } from 'sequelize';
import { defineSessionModel, type SessionModel } from '../models/session.js';
import { defineUserModel, type UserModel } from '../models/user.js';
import { translateErrors } from './databaseErrors.js';
import { SessionRepository } from './sessionRepository.js';
import { UserRepository } from './userRepository.js';

interface Models {
  users: ModelStatic<UserModel>;
  sessions: ModelStatic<SessionModel>;
}

/** Everything that is stored, by what it is. Every method of every repository throws DatabaseUnavailableError. */
export class Store {
  readonly users: UserRepository;
  readonly sessions: SessionRepository;

  private constructor(
    private readonly sequelize: Sequelize,
    private readonly models: Models,
    private readonly inside?: Transaction,
  ) {
    this.users = new UserRepository(models.users, inside);
    this.sessions = new SessionRepository(models.sessions, inside);
  }

  static on(sequelize: Sequelize): Store {
    const users = defineUserModel(sequelize);
    return new Store(sequelize, { users, sessions: defineSessionModel(sequelize, users) });
  }

  /**
   * Does some work all or not at all: what is thrown in it undoes it. Within a transaction, it is part of that.
   * @param work gets a store of its own: only what goes through that is part of the transaction
   */
  async transaction<T>(work: (store: Store) => Promise<T>): Promise<T> {
    if (this.inside) return work(this);
    return translateErrors(() =>
      this.sequelize.transaction((transaction) => work(new Store(this.sequelize, this.models, transaction))),
    );
  }
}
