import { randomUUID } from 'node:crypto';
import { QueryTypes, type Sequelize, type Transaction } from 'sequelize';
import { translateErrors } from './databaseErrors.js';

/** How many attempts are let through, and what comes then. */
export interface AttemptLimit {
  /** From this one on, each attempt locks. */
  max: number;
  /** So many seconds after the first, counting begins anew. */
  forgetAfterSeconds: number;
}

/** What came of asking for an attempt. */
export interface Attempt {
  /** Whether it may be made: nothing was locked. */
  isAllowed: boolean;
  /** The how many'th it is, of those that were allowed. */
  count: number;
  /** Seconds until the next may be made; 0 where that is at once. */
  lockedForSeconds: number;
  /** Names it, to take it back. */
  id: string;
}

/** The first lock, in seconds; each further one is twice as long, up to the longest. */
const firstLock = 30;
const longestLock = 900;

const isLocked = 'a.locked_until > now()';
const isOld = `a.began_at < now() - $4 * interval '1 second'`;
const nextCount = `CASE WHEN ${isOld} THEN 1 ELSE a.attempts + 1 END`;

/** When the attempt of this number locks until; NULL where it does not. */
function lockAfter(count: string): string {
  const seconds = `least(${longestLock}, ${firstLock} * 2 ^ least(20, (${count}) - $3))`;
  return `CASE WHEN (${count}) >= $3 THEN now() + ${seconds} * interval '1 second' END`;
}

/** Of an UPDATE: attempt $2 on key $1 was none. */
const takenBack = `
  SET attempts = greatest(0, attempts - 1), locked_until = CASE WHEN attempt_id = $2 THEN NULL ELSE locked_until END
  WHERE key = $1 RETURNING 1`;

/** Counts attempts to guess, in the table `sign_in_attempts`, before they are made: however many race, no more get through. */
export class AttemptRepository {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly transaction: Transaction | null = null,
  ) {}

  /** @param key a hash of what is guessed at, or of who guesses */
  async begin(key: Buffer, { max, forgetAfterSeconds }: AttemptLimit): Promise<Attempt> {
    const id = randomUUID();
    const [row] = await this.query<{ allowed: boolean; attempts: number; locked_for: number | null }>(
      `INSERT INTO sign_in_attempts AS a (key, attempts, attempt_id, began_at, locked_until)
       VALUES ($1, 1, $2, now(), ${lockAfter('1')})
       ON CONFLICT (key) DO UPDATE SET
         attempts = CASE WHEN ${isLocked} THEN a.attempts ELSE ${nextCount} END,
         attempt_id = CASE WHEN ${isLocked} THEN a.attempt_id ELSE $2 END,
         began_at = CASE WHEN NOT coalesce(${isLocked}, false) AND ${isOld} THEN now() ELSE a.began_at END,
         locked_until = CASE WHEN ${isLocked} THEN a.locked_until ELSE ${lockAfter(nextCount)} END
       RETURNING attempt_id = $2 AS allowed, attempts,
         extract(epoch FROM locked_until - now())::double precision AS locked_for`,
      [key, id, max, forgetAfterSeconds],
    );
    const { allowed = false, attempts = max, locked_for: lockedFor = null } = row ?? {};
    return { isAllowed: allowed, count: attempts, lockedForSeconds: Math.max(0, Math.ceil(lockedFor ?? 0)), id };
  }

  /** Takes an attempt back, and the lock that it led to. */
  async takeBack(key: Buffer, { id }: Pick<Attempt, 'id'>): Promise<void> {
    await this.query(`UPDATE sign_in_attempts ${takenBack}`, [key, id]);
  }

  /** Forgets all attempts on one key and takes back one on another, with one statement. */
  async settle(keys: { forget: Buffer; takeBack: Buffer }, { id }: Pick<Attempt, 'id'>): Promise<void> {
    await this.query(
      `WITH forgotten AS (DELETE FROM sign_in_attempts WHERE key = $3)
       UPDATE sign_in_attempts ${takenBack}`,
      [keys.takeBack, id, keys.forget],
    );
  }

  /** Forgets all attempts, and unlocks. */
  async forget(key: Buffer): Promise<void> {
    await this.query('DELETE FROM sign_in_attempts WHERE key = $1 RETURNING 1', [key]);
  }

  /** Removes what is a day old, which is longer than anything is remembered. */
  async removeOld(): Promise<void> {
    await this.query(
      `DELETE FROM sign_in_attempts WHERE began_at < now() - interval '1 day' AND coalesce(locked_until < now(), true)
       RETURNING 1`,
      [],
    );
  }

  private async query<Row extends object>(sql: string, bind: unknown[]): Promise<Row[]> {
    const { transaction } = this;
    return translateErrors(() => this.sequelize.query<Row>(sql, { bind, type: QueryTypes.SELECT, transaction }));
  }
}
