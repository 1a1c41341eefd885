import { createHash, randomUUID } from 'node:crypto';
import type PgBoss from 'pg-boss';
import type { Sequelize, Transaction } from 'sequelize';
import { addressKey } from '../domain/addressKey.js';
import type { Client } from '../domain/client.js';
import type { Mail, MailRequest, SignUpMail } from '../domain/mail.js';
import { translateErrors } from './databaseErrors.js';

/** What there is to do later, by the names of its queues. */
export interface Jobs {
  mail: Mail;
  'mail-request': MailRequest;
  'sign-up': SignUpMail;
}

/** Where jobs are put, and who is told that there is one. */
export interface JobQueue {
  send: PgBoss['send'];
  /** Makes who works in this process look at once, and not at the next turn. */
  wake(queue: keyof Jobs): void;
}

/** Jobs in the tables of pg-boss. Put there in a transaction, a job is there if the transaction is. */
export class JobRepository {
  constructor(
    private readonly queue: JobQueue,
    private readonly sequelize: Sequelize,
    private readonly transaction: Transaction | null = null,
  ) {}

  async addMail(mail: Mail): Promise<void> {
    await this.add('mail', { ...mail, id: randomUUID() }, {});
  }

  /**
   * At most one a minute of each kind for each address and network that asks. Of different networks each has its own, so
   * that none can use up another's.
   * @param client who asked
   */
  async addMailRequest({ kind, email }: Omit<MailRequest, 'network'>, client: Pick<Client, 'ip'>): Promise<void> {
    const network = networkHash(client);
    const once = { singletonKey: `${kind} ${email} ${network}`, singletonSeconds: 60 };
    await this.add('mail-request', { kind, email, network }, once);
  }

  /** @param client who signed up */
  async addSignUpMail(signUp: Omit<SignUpMail, 'network'>, client: Pick<Client, 'ip'>): Promise<void> {
    await this.add('sign-up', { ...signUp, network: networkHash(client) }, {});
  }

  /** Removes all jobs that name one of these addresses, done or not. */
  async forget(emails: readonly string[]): Promise<void> {
    // The tables are pg-boss's, and have no models.
    for (const table of ['job', 'archive']) {
      const sql = `DELETE FROM pgboss.${table} WHERE data->>'to' = ANY($1) OR data->>'email' = ANY($1)`;
      await translateErrors(() => this.sequelize.query(sql, { bind: [[...emails]], transaction: this.transaction }));
    }
  }

  private async add(queue: keyof Jobs, job: object, options: PgBoss.JobOptions): Promise<void> {
    await translateErrors(() => this.queue.send(queue, job, { ...options, db: { executeSql: this.execute } }));
    const wake = (): void => this.queue.wake(queue);
    if (this.transaction) this.transaction.afterCommit(wake);
    else wake();
  }

  /** Runs a statement of pg-boss as part of the transaction. */
  private readonly execute = async (sql: string, bind: unknown[]): Promise<{ rows: unknown[] }> => {
    // Sequelize refuses a value that is undefined, which pg-boss means as NULL.
    const values = bind.map((value) => value ?? null);
    const [rows] = await this.sequelize.query(sql, { bind: values, transaction: this.transaction });
    return { rows };
  };
}

/** SHA-256 of the network address of a client, in hexadecimal. */
export function networkHash({ ip }: Pick<Client, 'ip'>): string {
  return createHash('sha256').update(addressKey(ip)).digest('hex');
}
