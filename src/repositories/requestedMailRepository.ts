import { literal, Op, type Sequelize, type Transaction } from 'sequelize';
import type { Models } from '../models/models.js';
import { databaseTime } from './databaseTime.js';

/** Maximum numbers of mails of one kind to one address. */
export interface MailLimits {
  perHour: number;
  perDay: number;
  perDayAndNetwork: number;
}

const dayMs = 86_400_000;

/** Counts the mails that anyone can request for any address, in the table `requested_mails`. */
export class RequestedMailRepository {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly requestedMails: Models['requestedMails'],
    private readonly transaction?: Transaction,
  ) {}

  /**
   * Counts a mail if the limits allow it, also under concurrency.
   * @param recipient hash of the mail's kind and address
   * @param network hash of the requesting network
   */
  async admit(recipient: Buffer, network: Buffer, limits: MailLimits): Promise<boolean> {
    const { transaction } = this;
    // Sequelize has no advisory locks, and there is no row to lock before the first mail.
    const bind = [String(recipient.readBigInt64BE())];
    await this.sequelize.query('SELECT pg_advisory_xact_lock($1::bigint)', { bind, transaction });
    const rows = await this.requestedMails.findAll({
      where: { recipient, requestedAt: { [Op.gt]: databaseTime(-dayMs) } },
      attributes: ['network', [literal(`requested_at > now() - interval '1 hour'`), 'isOfLastHour']],
      raw: true,
      transaction,
    });
    const lastHour = rows.filter((row) => (row as unknown as { isOfLastHour: boolean }).isOfLastHour);
    const sameNetwork = rows.filter((row) => row.network.equals(network));
    const isAdmitted =
      rows.length < limits.perDay && lastHour.length < limits.perHour && sameNetwork.length < limits.perDayAndNetwork;
    if (isAdmitted) await this.requestedMails.create({ recipient, network }, { transaction });
    return isAdmitted;
  }

  /** Removes rows that no limit counts any more. */
  async removeOld(): Promise<void> {
    await this.requestedMails.destroy({ where: { requestedAt: { [Op.lte]: databaseTime(-dayMs) } } });
  }
}
