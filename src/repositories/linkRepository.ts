import { Op, type Transaction, type WhereOptions } from 'sequelize';
import type { Link, LinkPurpose } from '../domain/link.js';
import type { Models } from '../models/models.js';
import { databaseTime } from './databaseTime.js';

/** Links in mails, in the table `links`. */
export class LinkRepository {
  constructor(
    private readonly links: Models['links'],
    private readonly transaction?: Transaction,
  ) {}

  async insert(link: Omit<Link, 'expiresAt'>, lifetimeMs: number): Promise<void> {
    const row = { ...link, expiresAt: databaseTime(lifetimeMs) };
    // Sequelize's types lack SQL expressions here.
    await this.links.create(row as never, { transaction: this.transaction });
  }

  /** The link of this token; undefined if it is unknown, used or expired. */
  async find(tokenHash: Buffer, purposes: readonly LinkPurpose[]): Promise<Link | undefined> {
    const where = { tokenHash, purpose: [...purposes], expiresAt: { [Op.gt]: databaseTime() } };
    const options = { where, raw: true, transaction: this.transaction };
    return (await this.links.findOne(options)) ?? undefined;
  }

  /** The addresses that links of a user were sent to. */
  async addressesOf(userId: string): Promise<string[]> {
    const options = { where: { userId }, attributes: ['email'], raw: true, transaction: this.transaction };
    return (await this.links.findAll(options)).map(({ email }) => email);
  }

  /** @returns whether this call removed it: of concurrent calls, one does */
  async remove(tokenHash: Buffer): Promise<boolean> {
    return (await this.removeWhere({ tokenHash })) === 1;
  }

  /** Revokes links of a user: all, or those of the given purposes. */
  async removeAll(userId: string, purposes?: readonly LinkPurpose[]): Promise<void> {
    await this.removeWhere({ userId, ...(purposes && { purpose: [...purposes] }) });
  }

  /** @returns how many were removed */
  async removeExpired(): Promise<number> {
    return this.removeWhere({ expiresAt: { [Op.lte]: databaseTime() } });
  }

  private async removeWhere(where: WhereOptions<Link>): Promise<number> {
    return this.links.destroy({ where, transaction: this.transaction });
  }
}
