import { Op, type ModelStatic, type Transaction, type WhereOptions } from 'sequelize';
import type { Link, LinkPurpose } from '../domain/link.js';
import type { LinkModel } from '../models/link.js';
import { translateErrors } from './databaseErrors.js';

/** Links in mails, in the table `links`. */
export class LinkRepository {
  constructor(
    private readonly links: ModelStatic<LinkModel>,
    private readonly transaction: Transaction | null = null,
  ) {}

  async insert(link: Link): Promise<void> {
    await translateErrors(() => this.links.create({ ...link }, { transaction: this.transaction }));
  }

  /** The link of this token; undefined for one that is unknown, used up or expired. */
  async find(tokenHash: Buffer, purposes: readonly LinkPurpose[]): Promise<Link | undefined> {
    const where = { tokenHash, purpose: [...purposes], expiresAt: { [Op.gt]: new Date() } };
    const row = await translateErrors(() => this.links.findOne({ where, raw: true, transaction: this.transaction }));
    return row
      ? {
          userId: row.userId,
          purpose: row.purpose,
          tokenHash: row.tokenHash,
          email: row.email,
          expiresAt: row.expiresAt,
        }
      : undefined;
  }

  /** The addresses that links of a user were sent to. */
  async addressesOf(userId: string): Promise<string[]> {
    const options = { where: { userId }, attributes: ['email'], raw: true, transaction: this.transaction };
    return (await translateErrors(() => this.links.findAll(options))).map(({ email }) => email);
  }

  /** Uses a link up. Of all who race with it, one gets true. */
  async remove(tokenHash: Buffer): Promise<boolean> {
    return (await this.removeWhere({ tokenHash })) === 1;
  }

  /** Makes links of a user worthless: all, or those of these purposes. */
  async removeAll(userId: string, purposes?: readonly LinkPurpose[]): Promise<void> {
    await this.removeWhere({ userId, ...(purposes && { purpose: [...purposes] }) });
  }

  /** Removes expired links, and returns how many. */
  async removeExpired(): Promise<number> {
    return this.removeWhere({ expiresAt: { [Op.lte]: new Date() } });
  }

  private async removeWhere(where: WhereOptions<LinkModel>): Promise<number> {
    return translateErrors(() => this.links.destroy({ where, transaction: this.transaction }));
  }
}
