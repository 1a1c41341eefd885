import { literal, Op, UniqueConstraintError, type Transactionable, type WhereOptions } from 'sequelize';
import { v7 as uuidv7 } from 'uuid';
import { EmailTakenError } from '../errors.js';
import { normalizeEmail, normalizeEmailPrefix } from '../domain/emailAddress.js';
import { toPage, type Page, type PageRequest } from '../domain/page.js';
import type { Credential, ImportedUser, NewUser, User, UserAccess, UserChanges, UserFilter } from '../domain/user.js';
import type { Models, UserRow } from '../models/models.js';
import { databaseTime } from './databaseTime.js';
import { required, type UnitOfWork } from './unitOfWork.js';

type Changes = { [Column in keyof UserRow]?: UserRow[Column] | ReturnType<typeof literal> };

const nextPasswordVersion = { passwordVersion: literal('password_version + 1') };

const dayMs = 86_400_000;

/** The columns of a `User`: without the password hash. */
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

function toUser(row: UserRow): User {
  const { id, email, firstName, lastName, role, isActive, emailVerifiedAt, createdAt, updatedAt } = row;
  return { id, email, firstName, lastName, role, isActive, emailVerifiedAt, createdAt, updatedAt };
}

/** The address is the only unique value that callers choose. */
function emailTaken(error: unknown): never {
  throw error instanceof UniqueConstraintError ? new EmailTakenError() : error;
}

function conditions({ emailPrefix, role, isActive, createdFrom, createdBefore }: UserFilter): WhereOptions<UserRow>[] {
  // Escapes the wildcards of LIKE.
  const prefix = emailPrefix && normalizeEmailPrefix(emailPrefix).replace(/[\\%_]/g, '\\$&');
  return [
    prefix === undefined ? {} : { email: { [Op.like]: `${prefix}%` } },
    role ? { role } : {},
    isActive === undefined ? {} : { isActive },
    createdFrom ? { createdAt: { [Op.gte]: createdFrom } } : {},
    createdBefore ? { createdAt: { [Op.lt]: createdBefore } } : {},
  ];
}

/** Accounts in the table `users`. */
export class UserRepository {
  constructor(
    private readonly users: Models['users'],
    private readonly work?: UnitOfWork,
  ) {}

  /** @throws EmailTakenError */
  async insert({ email, passwordHash, firstName, lastName }: NewUser): Promise<User> {
    const row = { id: uuidv7(), email, passwordHash, firstName, lastName };
    return toUser(await this.users.create(row, this.options).catch(emailTaken));
  }

  async findById(id: string): Promise<User | undefined> {
    const options = { where: { id }, attributes: [...userColumns], raw: true, ...this.options };
    return (await this.users.findOne(options)) ?? undefined;
  }

  /** @param email normalised */
  async findCredentialByEmail(email: string): Promise<Credential | undefined> {
    return this.findCredential({ email });
  }

  async findCredentialById(id: string): Promise<Credential | undefined> {
    return this.findCredential({ id });
  }

  /** @returns the changed account; undefined if it no longer exists */
  async update(id: string, changes: UserChanges): Promise<User | undefined> {
    if (Object.values(changes).every((value) => value === undefined)) return this.findById(id);
    return this.change(id, changes);
  }

  /**
   * Stores a verified address, which may replace another one.
   * @throws EmailTakenError
   */
  async setVerifiedEmail(id: string, email: string): Promise<User | undefined> {
    return this.change(id, { email, emailVerifiedAt: new Date() });
  }

  /** Changes a password, which invalidates every check of the old one that is still in progress. */
  async changePassword(id: string, passwordHash: string): Promise<User | undefined> {
    return this.change(id, { passwordHash, ...nextPasswordVersion });
  }

  /** Stores another hash of the same password, unless the stored one is no longer `known`. */
  async renewPasswordHash(id: string, passwordHash: string, known: string): Promise<void> {
    await this.users.update({ passwordHash }, { where: { id, passwordHash: known }, ...this.options });
  }

  /** Reads an account and locks it until the transaction ends. */
  async lock(id: string): Promise<Credential | undefined> {
    return this.findCredential({ id }, true);
  }

  /** @param email normalised */
  async lockByEmail(email: string): Promise<Credential | undefined> {
    return this.findCredential({ email }, true);
  }

  /** Gives an account with an unverified address to the person of another sign-up. */
  async replace(id: string, { passwordHash, firstName, lastName }: NewUser): Promise<User | undefined> {
    return this.change(id, { passwordHash, firstName, lastName, ...nextPasswordVersion });
  }

  /** Records that an account is in use, at most once a day, so that not every refresh writes. */
  async noteSeen(id: string): Promise<void> {
    const before = { [Op.or]: [{ [Op.is]: null }, { [Op.lt]: databaseTime(-dayMs) }] };
    const where = { id, lastSeenAt: before } as WhereOptions<UserRow>;
    await this.users.update({ lastSeenAt: databaseTime() }, { where, silent: true, ...this.options });
  }

  /**
   * The ids of active, unverified accounts that have not been used for so many milliseconds and have no active session. Never
   * includes administrators.
   * @param id checks this account only
   */
  async listAbandoned(unusedMs: number, limit: number, id?: string): Promise<string[]> {
    const hasNoSession = 'NOT EXISTS (SELECT FROM sessions s WHERE s.user_id = "User".id AND s.expires_at > now())';
    const where: WhereOptions<UserRow> = {
      emailVerifiedAt: null,
      lastSeenAt: { [Op.lt]: databaseTime(-unusedMs) },
      isActive: true,
      role: 'user',
      ...(id !== undefined && { id }),
      [Op.and]: literal(hasNoSession),
    };
    const options = { where, attributes: ['id'], limit, raw: true, ...this.options };
    return (await this.users.findAll(options)).map((row) => row.id);
  }

  async setAccess(id: string, access: UserAccess): Promise<User | undefined> {
    return this.change(id, access);
  }

  /**
   * Locks an account and all active administrators until the transaction ends: in one statement and ordered by id, which
   * prevents deadlocks.
   * @returns the ids of the active administrators
   */
  async lockWithAdmins(id: string): Promise<string[]> {
    const rows = await this.users.findAll({
      where: { [Op.or]: [{ id }, { role: 'admin', isActive: true }] },
      attributes: ['id', 'role', 'isActive'],
      order: ['id'],
      lock: true,
      raw: true,
      ...this.options,
    });
    return rows.filter(({ role, isActive }) => role === 'admin' && isActive).map((row) => row.id);
  }

  async list(filter: UserFilter, { limit, after }: PageRequest): Promise<Page<User>> {
    const rows = await this.users.findAll({
      where: { [Op.and]: [...conditions(filter), after === undefined ? {} : { id: { [Op.lt]: after } }] },
      attributes: [...userColumns],
      order: [['id', 'DESC']],
      limit: limit + 1,
      raw: true,
    });
    return toPage<User>(rows, limit);
  }

  /**
   * Inserts many accounts at once, except those whose address is taken.
   * @returns the addresses of the inserted accounts
   */
  async insertMany(users: readonly ImportedUser[]): Promise<string[]> {
    // The clean-up never removes accounts that have not been seen.
    const rows = users.map((user) => ({ id: uuidv7(), lastSeenAt: null, ...user }));
    await this.users.bulkCreate(rows, { ignoreDuplicates: true, ...this.options });
    const where = { id: rows.map(({ id }) => id) };
    const options = { where, attributes: ['email'], raw: true, ...this.options };
    return (await this.users.findAll(options)).map(({ email }) => email);
  }

  /**
   * The accounts that have one mailbox with others, by the normalised address: earlier versions kept the domain of an address as
   * it was written. Works with the tables of all earlier versions.
   */
  async listSharingAddress(): Promise<Map<string, User[]>> {
    const international = await this.findUsers({ email: { [Op.regexp]: '@.*[^!-~]' } });
    const accounts = new Map<string, User[]>();
    const add = (user: User): void => {
      const email = normalizeEmail(user.email);
      accounts.set(email, [...(accounts.get(email) ?? []), user]);
    };
    international.forEach(add);
    const known = new Set(international.map(({ email }) => email));
    const ascii = await this.findUsers({ email: [...accounts.keys()].filter((email) => !known.has(email)) });
    ascii.forEach(add);
    return new Map([...accounts].filter(([, users]) => users.length > 1));
  }

  /**
   * Stores another address, which counts as unverified. Works with the tables of all earlier versions.
   * @throws EmailTakenError
   */
  async rename(id: string, email: string): Promise<void> {
    required(this.work).userIds.add(id);
    await this.users.update({ email, emailVerifiedAt: null }, { where: { id }, ...this.options }).catch(emailTaken);
  }

  /** Removes an account and everything that belongs to it. End its sessions first. */
  async remove(id: string): Promise<void> {
    await this.users.destroy({ where: { id }, ...this.options });
  }

  private async findUsers(where: WhereOptions<UserRow>): Promise<User[]> {
    return this.users.findAll({ where, attributes: [...userColumns], order: ['id'], raw: true, ...this.options });
  }

  private async findCredential(where: WhereOptions<UserRow>, lock = false): Promise<Credential | undefined> {
    const attributes = [...userColumns, 'passwordHash', 'passwordVersion'];
    const row = await this.users.findOne({ where, attributes, lock, raw: true, ...this.options });
    if (!row) return undefined;
    const { passwordHash, passwordVersion } = row;
    return { user: toUser(row), passwordHash, passwordVersion };
  }

  private get options(): Transactionable {
    return { transaction: this.work?.transaction };
  }

  private async change(id: string, changes: Changes): Promise<User | undefined> {
    required(this.work).userIds.add(id);
    const options = { where: { id }, returning: true, ...this.options } as const;
    const [, [row]] = await this.users.update(changes, options).catch(emailTaken);
    return row && toUser(row);
  }
}
