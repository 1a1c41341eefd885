import DataLoader from 'dataloader';
import type { InferAttributes, ModelStatic, Transaction } from 'sequelize';
import { v7 as uuidv7 } from 'uuid';
import { EmailTakenError } from '../core/errors.js';
import type { Credential, NewUser, User, UserChanges } from '../domain/user.js';
import type { UserModel } from '../models/user.js';
import { translateErrors, violates } from './databaseErrors.js';

type UserRow = InferAttributes<UserModel>;

/** The columns of a `User`. The password hash is read where it is asked for, and nowhere else. */
export const userColumns = ['id', 'email', 'firstName', 'lastName', 'isActive', 'createdAt', 'updatedAt'] as const;

/** The plain record of a row. */
export function toUser(row: UserRow): User {
  return {
    id: row.id,
    email: row.email,
    firstName: row.firstName,
    lastName: row.lastName,
    isActive: row.isActive,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

/** People's accounts in the table `users`. Every method throws DatabaseUnavailableError when the database is gone. */
export class UserRepository {
  /**
   * Look-ups by id that arrive within one turn of the event loop are asked as one query, always fresh from PostgreSQL:
   * under load an authenticated request costs a fraction of a query (docs/performance.md).
   */
  private readonly byId: DataLoader<string, User | undefined>;

  constructor(
    private readonly users: ModelStatic<UserModel>,
    private readonly transaction?: Transaction,
  ) {
    this.byId = new DataLoader((ids: readonly string[]) => this.readByIds(ids), {
      cache: false,
      maxBatchSize: 500,
      batchScheduleFn: (callback) => setImmediate(callback),
    });
  }

  /** @throws EmailTakenError when another account has this address, whoever came first in a race */
  async insert(user: NewUser): Promise<User> {
    return translateErrors(async () => {
      try {
        return toUser(await this.users.create({ id: uuidv7(), ...user }, { transaction: this.transaction ?? null }));
      } catch (error) {
        throw violates(error, 'users_email_key') ? new EmailTakenError() : error;
      }
    });
  }

  async findById(id: string): Promise<User | undefined> {
    return translateErrors(() => this.byId.load(id));
  }

  /** @param email normalised */
  async findCredentialByEmail(email: string): Promise<Credential | undefined> {
    return translateErrors(async () => {
      const row = await this.users.findOne({
        where: { email },
        attributes: [...userColumns, 'passwordHash'],
        raw: true,
      });
      return row ? { user: toUser(row), passwordHash: row.passwordHash } : undefined;
    });
  }

  /** The account as it is after the change; undefined when there is none any more. */
  async update(id: string, changes: UserChanges): Promise<User | undefined> {
    if (Object.values(changes).every((value) => value === undefined)) return this.findById(id);
    return translateErrors(async () => {
      const [, rows] = await this.users.update(changes, {
        where: { id },
        returning: true,
        transaction: this.transaction ?? null,
      });
      return rows[0] && toUser(rows[0]);
    });
  }

  private async readByIds(ids: readonly string[]): Promise<(User | undefined)[]> {
    const rows = await this.users.findAll({
      where: { id: [...new Set(ids)] },
      attributes: [...userColumns],
      raw: true,
    });
    const users = new Map(rows.map((row) => [row.id, toUser(row)]));
    return ids.map((id) => users.get(id));
  }
}
