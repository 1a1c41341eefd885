import { createHash, randomUUID } from 'node:crypto';
import type PgBoss from 'pg-boss';
import type { Sequelize, Transaction } from 'sequelize';
import { addressKey } from '../domain/addressKey.js';
import type { Client } from '../domain/client.js';
import type { Mail, MailRequest, SignUpMail } from '../domain/mail.js';

/** The data of background jobs, by queue name. */
export interface Jobs {
  mail: Mail;
  'mail-request': MailRequest;
  'sign-up': SignUpMail;
}

export interface JobQueue {
  send: PgBoss['send'];
  /** Makes the workers of this process poll now. */
  wake(queue: keyof Jobs): void;
}

/** Adds jobs to pg-boss's tables, as part of the transaction if there is one. */
export class JobRepository {
  constructor(
    private readonly queue: JobQueue,
    private readonly sequelize: Sequelize,
    private readonly transaction?: Transaction,
  ) {}

  async addMail(mail: Mail): Promise<void> {
    await this.add('mail', { ...mail, id: randomUUID() }, {});
  }

  /** Adds at most one request a minute for each kind, address and network: no network can use up another's requests. */
  async addMailRequest({ kind, email }: Omit<MailRequest, 'network'>, client: Pick<Client, 'ip'>): Promise<void> {
    const network = networkHash(client);
    const once = { singletonKey: `${kind} ${email} ${network}`, singletonSeconds: 60 };
    await this.add('mail-request', { kind, email, network }, once);
  }

  async addSignUpMail(signUp: Omit<SignUpMail, 'network'>, client: Pick<Client, 'ip'>): Promise<void> {
    await this.add('sign-up', { ...signUp, network: networkHash(client) }, {});
  }

  /** Removes all jobs, pending and completed, that contain one of these addresses. */
  async forget(emails: readonly string[]): Promise<void> {
    // There are no models for pg-boss's tables.
    for (const table of ['job', 'archive']) {
      const sql = `DELETE FROM pgboss.${table} WHERE data->>'to' = ANY($1) OR data->>'email' = ANY($1)`;
      await this.sequelize.query(sql, { bind: [[...emails]], transaction: this.transaction });
    }
  }

  private async add(queue: keyof Jobs, job: object, options: PgBoss.JobOptions): Promise<void> {
    await this.queue.send(queue, job, { ...options, db: { executeSql: this.execute } });
    const wake = (): void => this.queue.wake(queue);
    if (this.transaction) this.transaction.afterCommit(wake);
    else wake();
  }

  /** Runs a statement of pg-boss in the transaction. */
  private readonly execute = async (sql: string, bind: unknown[]): Promise<{ rows: unknown[] }> => {
    // pg-boss passes undefined for NULL, which Sequelize rejects.
    const values = bind.map((value) => value ?? null);
    const [rows] = await this.sequelize.query(sql, { bind: values, transaction: this.transaction });
    return { rows };
  };
}

/** Hex SHA-256 of the client's network address. */
export function networkHash({ ip }: Pick<Client, 'ip'>): string {
  return createHash('sha256').update(addressKey(ip)).digest('hex');
}
