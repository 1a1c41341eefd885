import { randomUUID } from 'node:crypto';
import type { InferAttributes, Sequelize, Transaction } from 'sequelize';
import type { Credential } from '../domain/user.js';
import type { UserModel } from '../models/user.js';
import { translateErrors } from './databaseErrors.js';
import { fields } from './fields.js';
import { runSql } from './runSql.js';
import { credentialColumns, toCredential } from './userRepository.js';

/** How many attempts are let through, and what comes then. */
export interface AttemptLimit {
  /** A hash of what is guessed at, or of who guesses. */
  key: Buffer;
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

/** An attempt that was counted on a key. */
export interface CountedAttempt {
  key: Buffer;
  attempt: Pick<Attempt, 'id'>;
}

/** What a right guess does to the attempts that were counted for it: these are taken back, and all on a key are forgotten. */
export interface Settlement {
  takeBack: readonly CountedAttempt[];
  forget: Buffer;
}

/** What came of asking for an attempt at an account. */
export interface AccountAttempt {
  outer: Attempt;
  /** Undefined where it was not asked for. */
  inner: Attempt | undefined;
  /** Of the account, where there is one; not looked up where `inner` is undefined. */
  credential: Credential | undefined;
}

interface AttemptRow {
  attempt: string;
  allowed: boolean;
  attempts: number;
  locked_for: number | null;
}

function toAttempt({ attempt: id, allowed, attempts, locked_for: lockedFor }: AttemptRow): Attempt {
  return { isAllowed: allowed, count: attempts, lockedForSeconds: Math.max(0, Math.ceil(lockedFor ?? 0)), id };
}

/** The first lock, in seconds; each further one is twice as long, up to the longest. */
const firstLock = 30;
const longestLock = 900;

/** When the attempt of this number locks until; NULL where it does not. */
function lockAfter(count: string, max: string): string {
  const seconds = `least(${longestLock}, ${firstLock} * 2 ^ least(20, (${count}) - ${max}))`;
  return `CASE WHEN (${count}) >= ${max} THEN now() + ${seconds} * interval '1 second' END`;
}

/**
 * An INSERT that counts an attempt: on the key $n, by the id $n+1, of $n+2 that are let through within $n+3 seconds.
 * @param source where the values come from: no row, no attempt
 */
function countAttempt(n: number, source = ''): string {
  const [key, id, max, seconds] = [`$${n}::bytea`, `$${n + 1}::uuid`, `$${n + 2}::int`, `$${n + 3}::int`] as const;
  const isLocked = 'a.locked_until > now()';
  const isOld = `a.began_at < now() - ${seconds} * interval '1 second'`;
  const nextCount = `CASE WHEN ${isOld} THEN 1 ELSE a.attempts + 1 END`;
  return `
    INSERT INTO sign_in_attempts AS a (key, attempts, attempt_id, began_at, locked_until)
    SELECT ${key}, 1, ${id}, now(), ${lockAfter('1', max)} ${source}
    ON CONFLICT (key) DO UPDATE SET
      attempts = CASE WHEN ${isLocked} THEN a.attempts ELSE ${nextCount} END,
      attempt_id = CASE WHEN ${isLocked} THEN a.attempt_id ELSE ${id} END,
      began_at = CASE WHEN NOT coalesce(${isLocked}, false) AND ${isOld} THEN now() ELSE a.began_at END,
      locked_until = CASE WHEN ${isLocked} THEN a.locked_until ELSE ${lockAfter(nextCount, max)} END
    RETURNING ${id} AS attempt, attempt_id = ${id} AS allowed, attempts,
      extract(epoch FROM locked_until - now())::double precision AS locked_for`;
}

/**
 * Of an attempt on two keys and the account with the e-mail address $9. The second attempt only where the first is allowed,
 * and after it: whoever waits for a row holds only one that comes before.
 */
function beginBoth(userFields: string): string {
  return `
    WITH outer_attempt AS (${countAttempt(1)}),
    inner_attempt AS (${countAttempt(5, 'FROM outer_attempt WHERE allowed')}),
    attempt AS (SELECT 1 AS place, * FROM outer_attempt UNION ALL SELECT 2, * FROM inner_attempt)
    SELECT attempt.*, ${userFields} FROM attempt LEFT JOIN users u ON place = 2 AND u.email = $9 ORDER BY place`;
}

/** Counts attempts to guess, in the table `sign_in_attempts`, before they are made: however many race, no more get through. */
export class AttemptRepository {
  /** Made when it is first asked: each transaction has repositories of its own, which ask no such thing. */
  private beginBoth: string | undefined;

  constructor(
    private readonly sequelize: Sequelize,
    private readonly transaction: Transaction | null = null,
  ) {}

  /**
   * Counts an attempt on two keys, on the second only where the first is not locked, and looks an account up: with one
   * statement, because every sign-in begins with it.
   * @param email of the account, normalised
   */
  async begin(outer: AttemptLimit, inner: AttemptLimit, email: string): Promise<AccountAttempt> {
    const counted = [outer, inner].flatMap(({ key, max, forgetAfterSeconds }) => [
      key,
      randomUUID(),
      max,
      forgetAfterSeconds,
    ]);
    this.beginBoth ??= beginBoth(fields(this.sequelize.model('User'), 'u', credentialColumns));
    const [first, second] = await this.query<AttemptRow & InferAttributes<UserModel>>(this.beginBoth, [
      ...counted,
      email,
    ]);
    if (!first) throw new Error('An attempt has left no row.');
    return {
      outer: toAttempt(first),
      inner: second && toAttempt(second),
      credential: second?.id ? toCredential(second) : undefined,
    };
  }

  /** Counts an attempt on one key. */
  async count({ key, max, forgetAfterSeconds }: AttemptLimit): Promise<Attempt> {
    const [row] = await this.query<AttemptRow>(countAttempt(1), [key, randomUUID(), max, forgetAfterSeconds]);
    if (!row) throw new Error('An attempt has left no row.');
    return toAttempt(row);
  }

  /** Takes an attempt back, and the lock that it led to. */
  async takeBack({ key, attempt }: CountedAttempt): Promise<void> {
    await this.query(
      `UPDATE sign_in_attempts SET attempts = greatest(0, attempts - 1),
         locked_until = CASE WHEN attempt_id = $2 THEN NULL ELSE locked_until END
       WHERE key = $1 RETURNING 1`,
      [key, attempt.id],
    );
  }

  /** Settles the attempts of a right guess, in the order in which they were counted. */
  async settle({ takeBack, forget }: Settlement): Promise<void> {
    for (const counted of takeBack) await this.takeBack(counted);
    await this.forget(forget);
  }

  /** Forgets all attempts, and unlocks. */
  async forget(key: Buffer): Promise<void> {
    await this.query('DELETE FROM sign_in_attempts WHERE key = $1 RETURNING 1', [key]);
  }

  /** Removes what is a day old, which is longer than anything is remembered. What is in use stays until the next time. */
  async removeOld(): Promise<void> {
    await this.query(
      `DELETE FROM sign_in_attempts WHERE key IN (
         SELECT key FROM sign_in_attempts
         WHERE began_at < now() - interval '1 day' AND coalesce(locked_until < now(), true) FOR UPDATE SKIP LOCKED)
       RETURNING 1`,
      [],
    );
  }

  private async query<Row extends object>(sql: string, bind: unknown[]): Promise<Row[]> {
    return translateErrors(() => runSql<Row>(this.sequelize, sql, bind, this.transaction));
  }
}
