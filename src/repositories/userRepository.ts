import DataLoader from 'dataloader';
import type { InferAttributes, ModelStatic, Transaction, WhereOptions } from 'sequelize';
import { v7 as uuidv7 } from 'uuid';
import { EmailTakenError } from '../core/errors.js';
import type { Credential, NewUser, User, UserChanges } from '../domain/user.js';
import type { UserModel } from '../models/user.js';
import { translateErrors, violates } from './databaseErrors.js';

type UserRow = InferAttributes<UserModel>;

/** The columns of a `User`. The password hash is read where it is asked for, and nowhere else. */
export const userColumns = [
  'id',
  'email',
  'firstName',
  'lastName',
  'isActive',
  'emailVerifiedAt',
  'createdAt',
  'updatedAt',
] as const;

/** The plain record of a row. */
export function toUser(row: UserRow): User {
  return {
    id: row.id,
    email: row.email,
    firstName: row.firstName,
    lastName: row.lastName,
    isActive: row.isActive,
    emailVerifiedAt: row.emailVerifiedAt,
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
    private readonly transaction: Transaction | null = null,
  ) {
    this.byId = new DataLoader((ids: readonly string[]) => this.readByIds(ids), {
      cache: false,
      maxBatchSize: 500,
      batchScheduleFn: (callback) => setImmediate(callback),
    });
  }

  /** @throws EmailTakenError when another account has this address, whoever came first in a race */
  async insert(user: NewUser): Promise<User> {
    return this.write(async () => toUser(await this.users.create({ id: uuidv7(), ...user }, this.options)));
  }

  async findById(id: string): Promise<User | undefined> {
    return translateErrors(() => this.byId.load(id));
  }

  /** @param email normalised */
  async findCredentialByEmail(email: string): Promise<Credential | undefined> {
    return this.findCredential({ email });
  }

  async findCredentialById(id: string): Promise<Credential | undefined> {
    return this.findCredential({ id });
  }

  /** The account as it is after the change; undefined when there is none any more. */
  async update(id: string, changes: UserChanges): Promise<User | undefined> {
    if (Object.values(changes).every((value) => value === undefined)) return this.findById(id);
    return this.change({ id }, changes);
  }

  /**
   * Takes note that an address is its user's, who may have had another until now.
   * @throws EmailTakenError
   */
  async setVerifiedEmail(id: string, email: string): Promise<User | undefined> {
    return this.change({ id }, { email, emailVerifiedAt: new Date() });
  }

  /**
   * Changes a password.
   * @param known the hash that must still be there, where that matters
   * @returns undefined when it is not, or the account is gone
   */
  async setPasswordHash(id: string, passwordHash: string, known?: string): Promise<User | undefined> {
    return this.change({ id, ...(known !== undefined && { passwordHash: known }) }, { passwordHash });
  }

  /** Removes an account with all that belongs to it; false when there is none. */
  async remove(id: string): Promise<boolean> {
    return (await translateErrors(() => this.users.destroy({ where: { id }, ...this.options }))) > 0;
  }

  private get options(): { transaction: Transaction | null } {
    return { transaction: this.transaction };
  }

  private async change(where: WhereOptions<UserRow>, changes: Partial<UserRow>): Promise<User | undefined> {
    return this.write(async () => {
      const [, rows] = await this.users.update(changes, { where, returning: true, ...this.options });
      return rows[0] && toUser(rows[0]);
    });
  }

  private async write<T>(statement: () => Promise<T>): Promise<T> {
    return translateErrors(async () => {
      try {
        return await statement();
      } catch (error) {
        throw violates(error, 'users_email_key') ? new EmailTakenError() : error;
      }
    });
  }

  private async findCredential(where: WhereOptions<UserRow>): Promise<Credential | undefined> {
    const attributes = [...userColumns, 'passwordHash'];
    return translateErrors(async () => {
      const row = await this.users.findOne({ where, attributes, raw: true, ...this.options });
      return row ? { user: toUser(row), passwordHash: row.passwordHash } : undefined;
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
