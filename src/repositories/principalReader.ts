import DataLoader from 'dataloader';
import type { InferAttributes, Sequelize } from 'sequelize';
import type { Principal } from '../domain/principal.js';
import type { UserModel } from '../models/user.js';
import { fields } from './fields.js';
import { runSql } from './runSql.js';
import { toUser, userColumns } from './userRepository.js';

type PrincipalRow = InferAttributes<UserModel> & { sessionId: string; expiresAt: Date; version: string };

interface Known {
  principal: Principal;
  version: string;
  readAt: number;
}

/** A session's id, and what PostgreSQL knows the version of its row and of its person's by: who wrote it last. */
const versionSql = `s.id || ' ' || s.xmin || ' ' || u.xmin`;

/**
 * The living ones of the sessions $1, which are $2 in number. LIMIT takes none away. It is there for PostgreSQL's guess of how
 * many there are, by which it chooses between one plan for all numbers and a new one each time: ten for any array, a tenth of
 * that for a LIMIT that it does not know, so one. With `= ANY ($1)` it makes a new plan nearly each time, which takes five
 * times as long as to read a session (docs/performance.md).
 */
const fromLiving = `
  FROM (SELECT id FROM unnest($1::uuid[]) AS id LIMIT $2::int) asked
  JOIN sessions s ON s.id = asked.id AND s.expires_at > now() JOIN users u ON u.id = s.user_id`;

const selectVersions = `SELECT string_agg(${versionSql}, ',') AS versions ${fromLiving}`;

/**
 * Reads from PostgreSQL, for each request, who is signed in with a session. Look-ups that arrive within one turn of the
 * event loop are asked as one query; and of sessions that were read a moment ago it is only asked whether they live and
 * what version their rows have, as HTTP does with If-None-Match. To take in a row and to make a record, a view and JSON
 * of it cost more than all the rest of a request that is gathered (docs/performance.md).
 */
export class PrincipalReader {
  private readonly known = new Map<string, Known>();
  private readonly gathered = new DataLoader((ids: readonly string[]) => this.readAll(ids), {
    cache: false,
    maxBatchSize: 500,
    batchScheduleFn: (callback) => setImmediate(callback),
  });
  private readonly selectRows: string;

  /**
   * @param options.capacity how many to know; who was read longest ago is forgotten first
   * @param options.trustedMs for so long after it was read a record may be compared by its version, in milliseconds: too
   * short for PostgreSQL to give a number of a transaction again, be it because all have been used, or because another
   * server has taken over that lacks the last ones
   */
  constructor(
    private readonly sequelize: Sequelize,
    private readonly options = { capacity: 10_000, trustedMs: 5000 },
  ) {
    const userFields = fields(sequelize.model('User'), 'u', userColumns);
    this.selectRows = `
      SELECT ${versionSql} AS version, s.id AS "sessionId", s.expires_at AS "expiresAt", ${userFields} ${fromLiving}`;
  }

  /** Undefined for a session that has ended or expired. */
  async read(sessionId: string): Promise<Principal | undefined> {
    return this.gathered.load(sessionId);
  }

  private async readAll(ids: readonly string[]): Promise<(Principal | undefined)[]> {
    const oldest = performance.now() - this.options.trustedMs;
    const toCheck: string[] = [];
    const toRead: string[] = [];
    for (const id of new Set(ids)) {
      const known = this.known.get(id);
      (known && known.readAt > oldest ? toCheck : toRead).push(id);
    }
    const [unchanged, read] = await Promise.all([this.unchanged(toCheck), this.readRows(toRead)]);
    const changed = unchanged.size === toCheck.length ? [] : toCheck.filter((id) => !unchanged.has(id));
    const readAgain = await this.readRows(changed);
    for (const id of [...toRead, ...changed]) if (!read.has(id) && !readAgain.has(id)) this.known.delete(id);
    return ids.map((id) => unchanged.get(id) ?? read.get(id) ?? readAgain.get(id));
  }

  /** Of sessions that are known, those that live and are, with their people, as they were read. */
  private async unchanged(ids: readonly string[]): Promise<ReadonlyMap<string, Principal>> {
    const unchanged = new Map<string, Principal>();
    if (ids.length === 0) return unchanged;
    const before = ids.map((id) => this.known.get(id));
    const [row] = await runSql<{ versions: string | null }>(this.sequelize, selectVersions, [ids, ids.length]);
    const versions = new Set(row?.versions?.split(','));
    ids.forEach((id, index) => {
      const known = before[index];
      if (known && versions.has(known.version)) unchanged.set(id, known.principal);
    });
    return unchanged;
  }

  /** In SQL: the one query that every request waits for, and Sequelize's joins cost more than the query itself. */
  private async readRows(ids: readonly string[]): Promise<ReadonlyMap<string, Principal>> {
    if (ids.length === 0) return new Map();
    const rows = await runSql<PrincipalRow>(this.sequelize, this.selectRows, [ids, ids.length]);
    return new Map(rows.map((row) => [row.sessionId, this.remember(row)]));
  }

  private remember(row: PrincipalRow): Principal {
    const { sessionId, expiresAt, version } = row;
    const principal = { user: toUser(row), sessionId, expiresAt };
    this.known.delete(sessionId);
    for (const oldest of this.known.keys()) {
      if (this.known.size < this.options.capacity) break;
      this.known.delete(oldest);
    }
    this.known.set(sessionId, { principal, version, readAt: performance.now() });
    return principal;
  }
}
