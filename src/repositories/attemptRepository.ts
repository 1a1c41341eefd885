import { randomUUID } from 'node:crypto';
import { literal, Op, type Sequelize, type Transaction } from 'sequelize';
import type { Models } from '../models/models.js';
import { databaseTime } from './databaseTime.js';

export interface AttemptLimit {
  /** Hash of the target of the guess, or of the network that makes it. */
  key: Buffer;
  /** Every attempt from this ordinal on locks the key. */
  max: number;
  /** The count restarts this many seconds after its first attempt. */
  forgetAfterSeconds: number;
}

export interface Attempt {
  key: Buffer;
  /** Identifies the attempt for `takeBack`. */
  id: string;
  /** False if the key was locked. */
  isAllowed: boolean;
  /** Ordinal among the allowed attempts. */
  count: number;
  /** Seconds until the next attempt is allowed; 0 if it is now. */
  lockedForSeconds: number;
}

/** Lock times in seconds: each lock is twice as long as the one before, up to the maximum. */
const firstLock = 30;
const longestLock = 900;

/** SQL for the end of the lock that the attempt with this ordinal sets; NULL if it sets none. */
function lockAfter(count: string): string {
  const seconds = `least(${longestLock}, ${firstLock} * 2 ^ least(20, (${count}) - $3))`;
  return `CASE WHEN (${count}) >= $3 THEN now() + ${seconds} * interval '1 second' END`;
}

const isLocked = 'a.locked_until > now()';
const isOld = `a.began_at < now() - $4 * interval '1 second'`;
const nextCount = `CASE WHEN ${isOld} THEN 1 ELSE a.attempts + 1 END`;

// Sequelize's upsert cannot compute the new values from the stored ones.
const countSql = `
  INSERT INTO sign_in_attempts AS a (key, attempts, attempt_id, began_at, locked_until)
  VALUES ($1, 1, $2, now(), ${lockAfter('1')})
  ON CONFLICT (key) DO UPDATE SET
    attempts = CASE WHEN ${isLocked} THEN a.attempts ELSE ${nextCount} END,
    attempt_id = CASE WHEN ${isLocked} THEN a.attempt_id ELSE $2 END,
    began_at = CASE WHEN NOT coalesce(${isLocked}, false) AND ${isOld} THEN now() ELSE a.began_at END,
    locked_until = CASE WHEN ${isLocked} THEN a.locked_until ELSE ${lockAfter(nextCount)} END
  RETURNING attempt_id = $2 AS "isAllowed", attempts AS count,
    greatest(0, ceil(extract(epoch FROM coalesce(locked_until, now()) - now())))::int AS "lockedForSeconds"`;

/** Counts guesses in the table `sign_in_attempts` before they are made, so that concurrent ones cannot exceed the limit. */
export class AttemptRepository {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly attempts: Models['attempts'],
    private readonly transaction?: Transaction,
  ) {}

  async count({ key, max, forgetAfterSeconds }: AttemptLimit): Promise<Attempt> {
    const id = randomUUID();
    const options = { bind: [key, id, max, forgetAfterSeconds], transaction: this.transaction };
    const [rows] = await this.sequelize.query(countSql, options);
    const [row] = rows as [Omit<Attempt, 'key' | 'id'>];
    return { key, id, ...row };
  }

  /** Uncounts attempts and removes the locks that they set. */
  async takeBack(attempts: readonly Pick<Attempt, 'key' | 'id'>[]): Promise<void> {
    for (const { key, id } of attempts) {
      const changes = {
        attempts: literal('greatest(0, attempts - 1)'),
        lockedUntil: literal(`CASE WHEN attempt_id = ${this.sequelize.escape(id)} THEN NULL ELSE locked_until END`),
      };
      await this.attempts.update(changes, { where: { key }, transaction: this.transaction });
    }
  }

  /** Resets the count and unlocks the key. */
  async forget(key: Buffer): Promise<void> {
    await this.attempts.destroy({ where: { key }, transaction: this.transaction });
  }

  /** Removes counts that are a day old, which is longer than any limit looks back. Skips locked rows. */
  async removeOld(): Promise<void> {
    const dayAgo = databaseTime(-86_400_000);
    const isUnlocked = { [Op.or]: [{ [Op.is]: null }, { [Op.lt]: databaseTime() }] };
    await this.sequelize.transaction(async (transaction) => {
      const rows = await this.attempts.findAll({
        where: { beganAt: { [Op.lt]: dayAgo }, lockedUntil: isUnlocked } as never,
        attributes: ['key'],
        lock: true,
        skipLocked: true,
        raw: true,
        transaction,
      });
      await this.attempts.destroy({ where: { key: rows.map(({ key }) => key) }, transaction });
    });
  }
}
