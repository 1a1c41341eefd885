import { literal, Op, type InferAttributes, type ModelStatic, type Transaction, type WhereOptions } from 'sequelize';
import { v7 as uuidv7 } from 'uuid';
import { EmailTakenError } from '../errors.js';
import { normalizeEmail } from '../domain/emailAddress.js';
import type { Page, PageRequest } from '../domain/page.js';
import type { Credential, ImportedUser, NewUser, User, UserAccess, UserChanges, UserFilter } from '../domain/user.js';
import type { UserModel } from '../models/user.js';
import { translateErrors, violates } from './databaseErrors.js';
import { required, type UnitOfWork } from './unitOfWork.js';

type UserRow = InferAttributes<UserModel>;

type Changes = { [Column in keyof UserRow]?: UserRow[Column] | ReturnType<typeof literal> };

const nextPasswordVersion = { passwordVersion: literal('password_version + 1') };

const dayMs = 86_400_000;

/** The columns of a `User`. The password hash is read where it is asked for, and nowhere else. */
export const userColumns = [
  'id',
  'email',
  'firstName',
  'lastName',
  'role',
  'isActive',
  'emailVerifiedAt',
  'createdAt',
  'updatedAt',
] as const;

/** The columns of a `Credential`. */
const credentialColumns = [...userColumns, 'passwordHash', 'passwordVersion'] as const;

/** The plain record of a row. */
export function toUser(row: UserRow): User {
  return {
    id: row.id,
    email: row.email,
    firstName: row.firstName,
    lastName: row.lastName,
    role: row.role,
    isActive: row.isActive,
    emailVerifiedAt: row.emailVerifiedAt,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

function toCredential(row: UserRow): Credential {
  return { user: toUser(row), passwordHash: row.passwordHash, passwordVersion: row.passwordVersion };
}

function conditions({ emailPrefix, role, isActive, createdFrom, createdBefore }: UserFilter): WhereOptions<UserRow> {
  const createdAt = {
    ...(createdFrom && { [Op.gte]: createdFrom }),
    ...(createdBefore && { [Op.lt]: createdBefore }),
  };
  return {
    // Backslash, % and _ stand for themselves.
    ...(emailPrefix !== undefined && {
      email: { [Op.like]: `${normalizeEmail(emailPrefix).replace(/[\\%_]/g, '\\$&')}%` },
    }),
    ...(role && { role }),
    ...(isActive !== undefined && { isActive }),
    ...((createdFrom !== undefined || createdBefore !== undefined) && { createdAt }),
  };
}

/** People's accounts in the table `users`. Every method throws DatabaseUnavailableError when the database is gone. */
export class UserRepository {
  constructor(
    private readonly users: ModelStatic<UserModel>,
    private readonly work?: UnitOfWork,
  ) {}

  /** @throws EmailTakenError when another account has this address, whoever came first in a race */
  async insert({ email, passwordHash, firstName, lastName }: NewUser): Promise<User> {
    const row = { id: uuidv7(), email, passwordHash, firstName, lastName };
    return this.write(async () => toUser(await this.users.create(row, this.options)));
  }

  async findById(id: string): Promise<User | undefined> {
    const attributes = [...userColumns];
    const row = await translateErrors(() =>
      this.users.findOne({ where: { id }, attributes, raw: true, ...this.options }),
    );
    return row ? toUser(row) : undefined;
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
    return this.change(id, changes);
  }

  /**
   * Takes note that an address is its user's, who may have had another until now.
   * @throws EmailTakenError
   */
  async setVerifiedEmail(id: string, email: string): Promise<User | undefined> {
    return this.change(id, { email, emailVerifiedAt: new Date() });
  }

  /** Changes a password: nothing that was proved with the former one counts from then on. */
  async changePassword(id: string, passwordHash: string): Promise<User | undefined> {
    return this.change(id, { passwordHash, ...nextPasswordVersion });
  }

  /** Stores another hash of the same password, unless the stored hash is not the known one any more. */
  async renewPasswordHash(id: string, passwordHash: string, known: string): Promise<void> {
    const where = { id, passwordHash: known };
    await translateErrors(() => this.users.update({ passwordHash }, { where, ...this.options }));
  }

  /** An account as it is now, and stays until the transaction ends; undefined when there is none. */
  async lock(id: string): Promise<Credential | undefined> {
    return this.lockWhere({ id });
  }

  /** @param email normalised */
  async lockByEmail(email: string): Promise<Credential | undefined> {
    return this.lockWhere({ email });
  }

  /** Gives an account whose address was never proved to the person of another sign-up. */
  async replace(id: string, { passwordHash, firstName, lastName }: NewUser): Promise<User | undefined> {
    return this.change(id, { passwordHash, firstName, lastName, ...nextPasswordVersion });
  }

  /** Takes note that an account is in use. To the day: more often would be a write at each refresh. */
  async noteSeen(id: string): Promise<void> {
    const now = Date.now();
    const before = { [Op.or]: [{ [Op.is]: null }, { [Op.lt]: new Date(now - dayMs) }] };
    const where = { id, lastSeenAt: before } as WhereOptions<UserRow>;
    const options = { where, silent: true, ...this.options };
    await translateErrors(() => this.users.update({ lastSeenAt: new Date(now) }, options));
  }

  /**
   * The ids of accounts that nobody has proved or used since a time and that have no living session. Administrators and
   * deactivated accounts are never among them.
   * @param id of the one account to ask about
   */
  async listAbandoned(since: Date, limit: number, id?: string): Promise<string[]> {
    const rows = await translateErrors(() =>
      this.users.findAll({
        where: {
          emailVerifiedAt: null,
          lastSeenAt: { [Op.lt]: since },
          isActive: true,
          role: 'user',
          ...(id !== undefined && { id }),
          [Op.and]: literal('NOT EXISTS (SELECT FROM sessions s WHERE s.user_id = "User".id AND s.expires_at > now())'),
        },
        attributes: ['id'],
        limit,
        raw: true,
        ...this.options,
      }),
    );
    return rows.map((row) => row.id);
  }

  async setAccess(id: string, access: UserAccess): Promise<User | undefined> {
    return this.change(id, access);
  }

  /**
   * An account and all active administrators, who stay as they are until the transaction ends; in one statement and in the
   * order of ids, so that transactions that need several of them do not wait for each other in a circle.
   * @returns the ids of the active administrators
   */
  async lockWithAdmins(id: string): Promise<string[]> {
    const rows = await translateErrors(() =>
      this.users.findAll({
        where: { [Op.or]: [{ id }, { role: 'admin', isActive: true }] },
        attributes: ['id', 'role', 'isActive'],
        order: ['id'],
        lock: true,
        raw: true,
        ...this.options,
      }),
    );
    return rows.filter(({ role, isActive }) => role === 'admin' && isActive).map((row) => row.id);
  }

  /** The accounts that fit a filter. */
  async list(filter: UserFilter, { limit, after }: PageRequest): Promise<Page<User>> {
    const where = { [Op.and]: [conditions(filter), after === undefined ? {} : { id: { [Op.lt]: after } }] };
    return translateErrors(async () => {
      const rows = await this.users.findAll({
        where,
        attributes: [...userColumns],
        order: [['id', 'DESC']],
        limit: limit + 1,
        raw: true,
      });
      const items = rows.slice(0, limit).map(toUser);
      return { items, next: rows.length > limit ? items.at(-1)?.id : undefined };
    });
  }

  /**
   * Makes many accounts at once, and leaves out those whose address is taken.
   * @returns the addresses of those that were made
   */
  async insertMany(users: readonly ImportedUser[]): Promise<string[]> {
    // Not seen yet: no clean-up removes what an operator has imported.
    const rows = users.map((user) => ({ id: uuidv7(), lastSeenAt: null, ...user }));
    await translateErrors(() => this.users.bulkCreate(rows, { ignoreDuplicates: true, ...this.options }));
    const stored = await translateErrors(() =>
      this.users.findAll({
        where: { id: rows.map(({ id }) => id) },
        attributes: ['email'],
        raw: true,
        ...this.options,
      }),
    );
    return stored.map(({ email }) => email);
  }

  /** Removes an account with all that belongs to it. Its sessions have to be ended before. */
  async remove(id: string): Promise<void> {
    await translateErrors(() => this.users.destroy({ where: { id }, ...this.options }));
  }

  private async lockWhere(where: WhereOptions<UserRow>): Promise<Credential | undefined> {
    const options = { where, attributes: [...credentialColumns], lock: true, raw: true, ...this.options };
    const row = await translateErrors(() => this.users.findOne(options));
    return row ? toCredential(row) : undefined;
  }

  private async findCredential(where: WhereOptions<UserRow>): Promise<Credential | undefined> {
    const options = { where, attributes: [...credentialColumns], raw: true, ...this.options };
    const row = await translateErrors(() => this.users.findOne(options));
    return row ? toCredential(row) : undefined;
  }

  private get options(): { transaction: Transaction | null } {
    return { transaction: this.work?.transaction ?? null };
  }

  private async change(id: string, changes: Changes): Promise<User | undefined> {
    required(this.work).userIds.add(id);
    const options = { where: { id }, returning: true, ...this.options } as const;
    const [, [row]] = await this.write(() => this.users.update(changes, options));
    return row && toUser(row);
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
}
