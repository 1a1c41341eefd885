import { Op, Transaction, type InferAttributes, type ModelStatic, type Sequelize } from 'sequelize';
import type { RefreshState } from '../core/refreshToken.js';
import type { Page, PageRequest } from '../domain/page.js';
import type { Principal } from '../domain/principal.js';
import type { Session } from '../domain/session.js';
import type { SessionModel } from '../models/session.js';
import type { UserModel } from '../models/user.js';
import { translateErrors } from './databaseErrors.js';
import { fields } from './fields.js';
import type { PrincipalReader } from './principalReader.js';
import { runSql } from './runSql.js';
import type { SessionCache } from './sessionCache.js';
import { SessionChanges } from './sessionChanges.js';
import { toUser, userColumns } from './userRepository.js';

type SessionRow = InferAttributes<SessionModel>;
type UserRow = InferAttributes<UserModel>;

/** The columns of a `Session`. What its refresh tokens are checked against is read where it is asked for. */
const sessionColumns = ['id', 'userId', 'ip', 'userAgent', 'createdAt', 'lastUsedAt', 'expiresAt', 'endsAt'] as const;

const refreshableColumns = [...sessionColumns, 'generation', 'refreshHash', 'refreshSeed'] as const;

/** A session with what its refresh tokens are checked against, and its person. */
export interface RefreshableSession extends Principal, RefreshState {
  session: Session;
}

function toSession(row: SessionRow): Session {
  return {
    id: row.id,
    userId: row.userId,
    ip: row.ip,
    userAgent: row.userAgent,
    createdAt: row.createdAt,
    lastUsedAt: row.lastUsedAt,
    expiresAt: row.expiresAt,
    endsAt: row.endsAt,
  };
}

/** The session in a row that has its columns beside those of its person. */
function sessionOf(row: object): SessionRow {
  const columns = row as Record<string, unknown>;
  return Object.fromEntries(refreshableColumns.map((name) => [name, columns[`session.${name}`]])) as SessionRow;
}

/** Sessions in the table `sessions`: a session that has ended is not in it. */
export class SessionRepository {
  private readonly changes: SessionChanges;
  /** Made when it is first asked: each transaction has repositories of its own, which ask no such thing. */
  private selectRefreshable: string | undefined;

  constructor(
    private readonly sequelize: Sequelize,
    private readonly sessions: ModelStatic<SessionModel>,
    private readonly principals: PrincipalReader,
    private readonly cache: SessionCache,
    private readonly transaction: Transaction | null = null,
  ) {
    this.changes = new SessionChanges(sequelize, cache, transaction);
  }

  async insert(session: Session, state: RefreshState): Promise<void> {
    await translateErrors(() =>
      this.sessions.create({ ...session, ...state }, { transaction: this.transaction, returning: false }),
    );
  }

  /**
   * Ends the sessions of a user that were used longest ago.
   * @param keep how many may stay
   */
  async endOldest(userId: string, keep: number): Promise<void> {
    const oldest = await translateErrors(() =>
      this.sessions.findAll({
        where: { userId },
        attributes: ['id'],
        order: [
          ['lastUsedAt', 'DESC'],
          ['id', 'DESC'],
        ],
        offset: keep,
        raw: true,
        transaction: this.transaction,
      }),
    );
    if (oldest.length > 0) await this.endWhere('id = ANY($1::uuid[])', [oldest.map(({ id }) => id)]);
  }

  /** Whether this session of a user lives; then it does until the transaction ends. */
  async lock(userId: string, id: string): Promise<boolean> {
    const where = { id, userId, expiresAt: { [Op.gt]: new Date() } };
    const options = { where, attributes: ['id'], lock: Transaction.LOCK.SHARE, raw: true };
    const row = await translateErrors(() => this.sessions.findOne({ ...options, transaction: this.transaction }));
    return row !== null;
  }

  /** Who is signed in with this session; undefined for one that has ended or expired. */
  async findPrincipal(id: string): Promise<Principal | undefined> {
    return translateErrors(() => this.cache.find(id, () => this.principals.read(id)));
  }

  /** Undefined for a session that has ended or expired. */
  async findRefreshable(id: string): Promise<RefreshableSession | undefined> {
    this.selectRefreshable ??= `
      SELECT ${fields(this.sequelize.model('User'), 'u', userColumns)},
        ${fields(this.sessions, 's', refreshableColumns, 'session.')}
      FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = $1 AND s.expires_at > now()`;
    const sql = this.selectRefreshable;
    return translateErrors(async () => {
      const [row] = await runSql<UserRow>(this.sequelize, sql, [id]);
      if (!row) return undefined;
      const session = sessionOf(row);
      const { expiresAt, generation, refreshHash, refreshSeed } = session;
      const state = { generation, refreshHash, refreshSeed };
      return { user: toUser(row), sessionId: id, expiresAt, session: toSession(session), ...state };
    });
  }

  /**
   * Moves a session on to its next refresh token. False when someone else has done so meanwhile, or ended it.
   * @param next what changes with it
   */
  async rotate(
    id: string,
    generation: number,
    next: Pick<SessionRow, 'refreshHash' | 'lastUsedAt' | 'expiresAt' | 'ip' | 'userAgent'>,
  ): Promise<boolean> {
    const { refreshHash, lastUsedAt, expiresAt, ip, userAgent } = next;
    const rows = await translateErrors(() =>
      runSql(
        this.sequelize,
        `UPDATE sessions SET generation = generation + 1, refresh_hash = $3, last_used_at = $4, expires_at = $5,
           ip = $6, user_agent = $7
         WHERE id = $1 AND generation = $2 RETURNING id`,
        [id, generation, refreshHash, lastUsedAt, expiresAt, ip, userAgent],
      ),
    );
    return rows.length === 1;
  }

  /** Somebody's living sessions. */
  async list(userId: string, { limit, after }: PageRequest): Promise<Page<Session>> {
    return translateErrors(async () => {
      const rows = await this.sessions.findAll({
        where: { userId, expiresAt: { [Op.gt]: new Date() }, ...(after !== undefined && { id: { [Op.lt]: after } }) },
        attributes: [...sessionColumns],
        order: [['id', 'DESC']],
        limit: limit + 1,
        raw: true,
      });
      const items = rows.slice(0, limit).map(toSession);
      return { items, next: rows.length > limit ? items.at(-1)?.id : undefined };
    });
  }

  /** Ends one session of somebody; false where they have no such session. */
  async end(userId: string, id: string): Promise<boolean> {
    return (await this.endWhere('user_id = $1 AND id = $2', [userId, id])) > 0;
  }

  /**
   * Ends all of somebody's sessions, and returns how many those were.
   * @param except the id of one that stays
   */
  async endAll(userId: string, except?: string): Promise<number> {
    return this.endWhere('user_id = $1 AND id IS DISTINCT FROM $2', [userId, except ?? null]);
  }

  /** Removes what has expired, and returns how many those were. */
  async removeExpired(): Promise<number> {
    const where = { expiresAt: { [Op.lte]: new Date() } };
    return translateErrors(() => this.sessions.destroy({ where, transaction: this.transaction }));
  }

  private async endWhere(condition: string, bind: unknown[]): Promise<number> {
    const sql = `DELETE FROM sessions WHERE ${condition} RETURNING id`;
    return translateErrors(() =>
      this.changes.make(async (transaction) => {
        const rows = await runSql<{ id: string }>(this.sequelize, sql, bind, transaction);
        return { result: rows.length, sessionIds: rows.map(({ id }) => id) };
      }),
    );
  }
}
