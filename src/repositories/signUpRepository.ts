import { Op, type Transaction, type WhereOptions } from 'sequelize';
import type { SignUp } from '../domain/signUp.js';
import type { Models } from '../models/models.js';
import { databaseTime } from './databaseTime.js';

/** Unconfirmed sign-ups in the table `sign_ups`. An address may have several. */
export class SignUpRepository {
  constructor(
    private readonly signUps: Models['signUps'],
    private readonly transaction?: Transaction,
  ) {}

  async insert(signUp: Omit<SignUp, 'expiresAt'>, lifetimeMs: number): Promise<void> {
    const row = { ...signUp, expiresAt: databaseTime(lifetimeMs) };
    // Sequelize's types lack SQL expressions here.
    await this.signUps.create(row as never, { transaction: this.transaction });
  }

  /** Undefined if the sign-up is unknown, confirmed or expired. */
  async findByToken(tokenHash: Buffer): Promise<SignUp | undefined> {
    return (await this.find({ tokenHash }))[0];
  }

  /** Undefined if the sign-up is unknown, confirmed or expired. */
  async findById(id: string): Promise<SignUp | undefined> {
    return (await this.find({ id }))[0];
  }

  /** The sign-ups of an address, oldest first. */
  async list(email: string): Promise<SignUp[]> {
    return this.find({ email });
  }

  /** @returns whether this call removed it: of concurrent calls, one does */
  async remove(id: string): Promise<boolean> {
    return (await this.removeWhere({ id })) === 1;
  }

  /** Removes all sign-ups of an address. */
  async removeAll(email: string): Promise<void> {
    await this.removeWhere({ email });
  }

  /** @returns how many were removed */
  async removeExpired(): Promise<number> {
    return this.removeWhere({ expiresAt: { [Op.lte]: databaseTime() } });
  }

  private async find(condition: WhereOptions<SignUp>): Promise<SignUp[]> {
    const where = { [Op.and]: [condition, { expiresAt: { [Op.gt]: databaseTime() } }] };
    return this.signUps.findAll({ where, order: ['id'], raw: true, transaction: this.transaction });
  }

  private async removeWhere(where: WhereOptions<SignUp>): Promise<number> {
    return this.signUps.destroy({ where, transaction: this.transaction });
  }
}
