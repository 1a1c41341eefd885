import DataLoader from 'dataloader';
import {
  Op,
  QueryTypes,
  type InferAttributes,
  type ModelStatic,
  type Sequelize,
  type Transaction,
  type WhereOptions,
} from 'sequelize';
import type { RefreshState } from '../core/refreshToken.js';
import type { Page, PageRequest } from '../domain/page.js';
import type { Principal } from '../domain/principal.js';
import type { Session } from '../domain/session.js';
import type { SessionModel } from '../models/session.js';
import type { UserModel } from '../models/user.js';
import { translateErrors } from './databaseErrors.js';
import { toUser, userColumns } from './userRepository.js';

type SessionRow = InferAttributes<SessionModel>;
type UserRow = InferAttributes<UserModel>;

/** The columns of a `Session`. What its refresh tokens are checked against is read where it is asked for. */
const sessionColumns = ['id', 'userId', 'ip', 'userAgent', 'createdAt', 'lastUsedAt', 'expiresAt', 'endsAt'] as const;

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

/** Sessions in the table `sessions`: a session that has ended is not in it. */
export class SessionRepository {
  /**
   * Look-ups that arrive within one turn of the event loop are asked as one query, always fresh from PostgreSQL: under
   * load an authenticated request costs a fraction of a query (docs/performance.md).
   */
  private readonly principals: DataLoader<string, Principal | undefined>;

  /** The columns of a user, under the names of its record. */
  private readonly userFields: string;

  constructor(
    private readonly sequelize: Sequelize,
    private readonly sessions: ModelStatic<SessionModel>,
    private readonly transaction: Transaction | null = null,
  ) {
    const users = sequelize.model('User').getAttributes() as Record<string, { field?: string }>;
    this.userFields = userColumns.map((name) => `u.${users[name]?.field ?? name} AS "${name}"`).join(', ');
    this.principals = new DataLoader((ids: readonly string[]) => this.readPrincipals(ids), {
      cache: false,
      maxBatchSize: 500,
      batchScheduleFn: (callback) => setImmediate(callback),
    });
  }

  async insert(session: Session, state: RefreshState): Promise<void> {
    const { transaction } = this;
    await translateErrors(() => this.sessions.create({ ...session, ...state }, { transaction }));
  }

  /** Who is signed in with this session; undefined for one that has ended or expired. */
  async findPrincipal(id: string): Promise<Principal | undefined> {
    return translateErrors(() => this.principals.load(id));
  }

  /** Undefined for a session that has ended or expired. */
  async findRefreshable(id: string): Promise<RefreshableSession | undefined> {
    return translateErrors(async () => {
      const row = await this.sessions.findOne({ where: { id, expiresAt: { [Op.gt]: new Date() } }, raw: true });
      const principal = row && (await this.principals.load(id));
      if (!principal) return undefined;
      const { generation, refreshHash, refreshSeed } = row;
      return { ...principal, session: toSession(row), generation, refreshHash, refreshSeed };
    });
  }

  /**
   * Moves a session on to its next refresh token. False when somebody else has done so meanwhile, or ended it.
   * @param next what changes with it
   */
  async rotate(
    id: string,
    generation: number,
    next: Pick<SessionRow, 'refreshHash' | 'lastUsedAt' | 'expiresAt' | 'ip' | 'userAgent'>,
  ): Promise<boolean> {
    const { refreshHash, lastUsedAt, expiresAt, ip, userAgent } = next;
    const rows = await translateErrors(() =>
      this.sequelize.query(
        `UPDATE sessions SET generation = generation + 1, refresh_hash = $3, last_used_at = $4, expires_at = $5,
           ip = $6, user_agent = $7
         WHERE id = $1 AND generation = $2 RETURNING id`,
        { bind: [id, generation, refreshHash, lastUsedAt, expiresAt, ip, userAgent], type: QueryTypes.SELECT },
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
    return (await this.endWhere({ userId, id })) > 0;
  }

  /**
   * Ends all of somebody's sessions, and returns how many those were.
   * @param except the id of one that stays
   */
  async endAll(userId: string, except?: string): Promise<number> {
    return this.endWhere({ userId, ...(except !== undefined && { id: { [Op.ne]: except } }) });
  }

  /** Removes what has expired, and returns how many those were. */
  async removeExpired(): Promise<number> {
    return this.endWhere({ expiresAt: { [Op.lte]: new Date() } });
  }

  private async endWhere(where: WhereOptions<SessionRow>): Promise<number> {
    return translateErrors(() => this.sessions.destroy({ where, transaction: this.transaction }));
  }

  /** In SQL: the one query that every request waits for, and Sequelize's joins cost more than the query itself. */
  private async readPrincipals(ids: readonly string[]): Promise<(Principal | undefined)[]> {
    const rows = await this.sequelize.query<UserRow & { sessionId: string }>(
      `SELECT s.id AS "sessionId", ${this.userFields}
       FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = ANY($1::uuid[]) AND s.expires_at > now()`,
      { bind: [[...new Set(ids)]], type: QueryTypes.SELECT },
    );
    const principals = new Map(rows.map((row) => [row.sessionId, { user: toUser(row), sessionId: row.sessionId }]));
    return ids.map((id) => principals.get(id));
  }
}
