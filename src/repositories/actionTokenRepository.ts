import { Op, type InferAttributes, type ModelStatic, type Sequelize, type Transaction } from 'sequelize';
import type { ActionPurpose, ActionToken } from '../domain/actionToken.js';
import type { ActionTokenModel } from '../models/actionToken.js';
import { translateErrors } from './databaseErrors.js';
import { runSql } from './runSql.js';

/** Tokens of the links in mails, in the table `action_tokens`. */
export class ActionTokenRepository {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly tokens: ModelStatic<ActionTokenModel>,
    private readonly transaction: Transaction | null = null,
  ) {}

  /** Stores a token in the place of an older one of the same user and purpose. */
  async put(token: ActionToken): Promise<void> {
    await translateErrors(() => this.tokens.upsert({ ...token }, { transaction: this.transaction }));
  }

  /** Whose token this is, which stays as it is; undefined for one that could not be taken. */
  async findOwner(tokenHash: Buffer, purposes: readonly ActionPurpose[]): Promise<string | undefined> {
    const where = { tokenHash, purpose: [...purposes], expiresAt: { [Op.gt]: new Date() } };
    const row = await translateErrors(() => this.tokens.findOne({ where, transaction: this.transaction }));
    return row?.userId;
  }

  /**
   * Uses a token up. Of all who race with it, one gets it.
   * @returns undefined for a token that is not there, used up or expired
   */
  async take(tokenHash: Buffer, purposes: readonly ActionPurpose[]): Promise<ActionToken | undefined> {
    const [row] = await translateErrors(() =>
      runSql<InferAttributes<ActionTokenModel>>(
        this.sequelize,
        `DELETE FROM action_tokens WHERE token_hash = $1 AND purpose = ANY($2) AND expires_at > now()
         RETURNING user_id AS "userId", purpose, token_hash AS "tokenHash", email, expires_at AS "expiresAt"`,
        [tokenHash, [...purposes]],
        this.transaction,
      ),
    );
    return row;
  }

  /** Makes somebody's links worthless. */
  async removeAll(userId: string, purposes: readonly ActionPurpose[]): Promise<void> {
    const where = { userId, purpose: [...purposes] };
    await translateErrors(() => this.tokens.destroy({ where, transaction: this.transaction }));
  }

  /** Removes what has expired, and returns how many those were. */
  async removeExpired(): Promise<number> {
    return translateErrors(() => this.tokens.destroy({ where: { expiresAt: { [Op.lte]: new Date() } } }));
  }
}
