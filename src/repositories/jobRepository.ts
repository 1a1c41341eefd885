import { randomUUID } from 'node:crypto';
import type PgBoss from 'pg-boss';
import type { Sequelize, Transaction } from 'sequelize';
import type { Mail, MailRequest } from '../domain/mail.js';
import { translateErrors } from './databaseErrors.js';

/** What there is to do later, by the names of its queues. */
export interface Jobs {
  mail: Mail;
  'mail-request': MailRequest;
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

  /** At most one a minute of each kind for each address: nobody can be flooded with mails that others ask for. */
  async addMailRequest(request: MailRequest): Promise<void> {
    const once = { singletonKey: `${request.kind} ${request.email}`, singletonSeconds: 60 };
    await this.add('mail-request', request, once);
  }

  /** Removes all jobs that name an address, done or not. */
  async forget(email: string): Promise<void> {
    const options = { bind: [email], transaction: this.transaction };
    for (const table of ['job', 'archive']) {
      const sql = `DELETE FROM pgboss.${table} WHERE data->>'to' = $1 OR data->>'email' = $1`;
      await translateErrors(() => this.sequelize.query(sql, options));
    }
  }

  private async add(queue: keyof Jobs, job: object, options: PgBoss.JobOptions): Promise<void> {
    await translateErrors(() => this.queue.send(queue, job, { ...options, db: { executeSql: this.execute } }));
    const wake = (): void => this.queue.wake(queue);
    if (this.transaction) this.transaction.afterCommit(wake);
    else wake();
  }

  private readonly execute = async (sql: string, values: unknown[]): Promise<{ rows: unknown[] }> => {
    // Sequelize takes null for a value that is left out, and not undefined as pg does.
    const bind = values.map((value) => value ?? null);
    const [rows] = await this.sequelize.query(sql, { bind, transaction: this.transaction });
    return { rows };
  };
}
