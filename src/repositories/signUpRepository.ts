import { Op, type ModelStatic, type Transaction, type WhereOptions } from 'sequelize';
import type { SignUp } from '../domain/signUp.js';
import type { SignUpModel } from '../models/signUp.js';
import { translateErrors } from './databaseErrors.js';

function toSignUp(row: SignUpModel): SignUp {
  return {
    id: row.id,
    email: row.email,
    passwordHash: row.passwordHash,
    firstName: row.firstName,
    lastName: row.lastName,
    nonce: row.nonce,
    tokenHash: row.tokenHash,
    expiresAt: row.expiresAt,
  };
}

/** Unproved sign-ups in the table `sign_ups`. There may be several of one address. */
export class SignUpRepository {
  constructor(
    private readonly signUps: ModelStatic<SignUpModel>,
    private readonly transaction: Transaction | null = null,
  ) {}

  async insert(signUp: SignUp): Promise<void> {
    await translateErrors(() => this.signUps.create({ ...signUp }, { transaction: this.transaction }));
  }

  /** Undefined for a sign-up that is unknown, confirmed or expired. */
  async findByToken(tokenHash: Buffer): Promise<SignUp | undefined> {
    return (await this.find({ tokenHash }))[0];
  }

  /** Undefined for a sign-up that is unknown, confirmed or expired. */
  async findById(id: string): Promise<SignUp | undefined> {
    return (await this.find({ id }))[0];
  }

  /** The sign-ups of an address, oldest first. */
  async list(email: string): Promise<SignUp[]> {
    return this.find({ email });
  }

  /** Removes one sign-up. Of all who race with it, one gets true. */
  async remove(id: string): Promise<boolean> {
    return (await this.removeWhere({ id })) === 1;
  }

  /** Removes all sign-ups of an address. */
  async removeAll(email: string): Promise<void> {
    await this.removeWhere({ email });
  }

  /** Removes expired sign-ups, and returns how many. */
  async removeExpired(): Promise<number> {
    return this.removeWhere({ expiresAt: { [Op.lte]: new Date() } });
  }

  private async find(where: WhereOptions<SignUpModel>): Promise<SignUp[]> {
    const { transaction } = this;
    const rows = await translateErrors(() =>
      this.signUps.findAll({
        where: { [Op.and]: [where, { expiresAt: { [Op.gt]: new Date() } }] },
        order: ['id'],
        raw: true,
        transaction,
      }),
    );
    return rows.map(toSignUp);
  }

  private async removeWhere(where: WhereOptions<SignUpModel>): Promise<number> {
    return translateErrors(() => this.signUps.destroy({ where, transaction: this.transaction }));
  }
}
