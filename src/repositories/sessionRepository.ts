import DataLoader from 'dataloader';
import { col, fn, literal, Op, Transaction } from 'sequelize';
import type { FindOptions, Order, ProjectionAlias, Transactionable } from 'sequelize';
import type { RefreshState } from '../security/refreshToken.js';
import { toPage, type Page, type PageRequest } from '../domain/page.js';
import type { Principal } from '../domain/principal.js';
import type { Session } from '../domain/session.js';
import type { User } from '../domain/user.js';
import type { Models, SessionRow } from '../models/models.js';
import { databaseTime } from './databaseTime.js';
import type { SessionCache } from './sessionCache.js';
import { required, type UnitOfWork } from './unitOfWork.js';
import { userColumns } from './userRepository.js';

type RowWithUser = SessionRow & { user: User };

/** The database's clock, as a column. */
const readAtColumn: ProjectionAlias = [fn('now'), 'readAt'];

/** The columns of a `Session`: all but those of `RefreshState`. */
const sessionColumns = ['id', 'userId', 'ip', 'userAgent', 'createdAt', 'lastUsedAt', 'expiresAt', 'endsAt'] as const;

/** A session with its user and what its refresh tokens are checked against. */
export interface RefreshableSession extends Principal, RefreshState {
  session: Session;
  /** When this was read, by the database's clock. */
  readAt: Date;
}

/** A session whose times are yet to be set. */
type NewSession = Pick<Session, 'id' | 'userId' | 'ip' | 'userAgent'>;

/** Sessions in the table `sessions`, which has none that have ended. */
export class SessionRepository {
  /** Look-ups of the same turn of the event loop become one query. */
  private readonly principals = new DataLoader((ids: readonly string[]) => this.readPrincipals(ids), {
    cache: false,
    maxBatchSize: 500,
    batchScheduleFn: (callback) => setImmediate(callback),
  });

  constructor(
    private readonly sessions: Models['sessions'],
    private readonly cache: SessionCache,
    private readonly work?: UnitOfWork,
  ) {}

  async insert(
    session: NewSession,
    state: RefreshState,
    { idleMs, lifetimeMs }: { idleMs: number; lifetimeMs: number },
  ): Promise<void> {
    const now = databaseTime();
    const expiresAt = databaseTime(Math.min(idleMs, lifetimeMs));
    const times = { createdAt: now, lastUsedAt: now, expiresAt, endsAt: databaseTime(lifetimeMs) };
    // Sequelize's types lack SQL expressions here.
    await this.sessions.create({ ...session, ...state, ...times } as never, { ...this.options, returning: false });
  }

  /** The caller that this session identifies; undefined if it has ended or expired. */
  async findPrincipal(id: string): Promise<Principal | undefined> {
    return this.cache.find(id, () => this.principals.load(id));
  }

  /** Undefined if the session has ended or expired. */
  async findRefreshable(id: string): Promise<RefreshableSession | undefined> {
    const columns = [...sessionColumns, 'generation', 'refreshHash', 'refreshSeed', readAtColumn];
    const [row] = (await this.findActive([id], columns)) as (RowWithUser & { readAt: Date })[];
    if (!row) return undefined;
    const { user, readAt, generation, refreshHash, refreshSeed, ...session } = row;
    const state = { generation, refreshHash, refreshSeed };
    return { user, sessionId: id, expiresAt: session.expiresAt, session, readAt, ...state };
  }

  /**
   * Moves a session on to its next refresh token.
   * @param idleMs how long it lives without a further one
   * @returns false if it has ended or another request has rotated it meanwhile
   */
  async rotate(
    id: string,
    generation: number,
    next: Pick<SessionRow, 'refreshHash' | 'ip' | 'userAgent'>,
    idleMs: number,
  ): Promise<boolean> {
    const expiresAt = fn('least', col('ends_at'), databaseTime(idleMs));
    const changes = { ...next, generation: literal('generation + 1'), lastUsedAt: databaseTime(), expiresAt };
    const [count] = await this.sessions.update(changes, { where: { id, generation }, ...this.options });
    return count === 1;
  }

  /** The active sessions of a user. */
  async list(userId: string, { limit, after }: PageRequest): Promise<Page<Session>> {
    const rows = await this.sessions.findAll({
      where: { userId, expiresAt: { [Op.gt]: databaseTime() }, ...(after !== undefined && { id: { [Op.lt]: after } }) },
      attributes: [...sessionColumns],
      order: [['id', 'DESC']],
      limit: limit + 1,
      raw: true,
    });
    return toPage<Session>(rows, limit);
  }

  /** Locks a session of a user until the transaction ends; false if it has ended or expired. */
  async lock(userId: string, id: string): Promise<boolean> {
    const where = { id, userId, expiresAt: { [Op.gt]: databaseTime() } };
    return (await this.findIds({ where, lock: Transaction.LOCK.SHARE })).length > 0;
  }

  /** Ends one session; false if the user has no such session. */
  async end(userId: string, id: string): Promise<boolean> {
    return (await this.endThese(userId, [id])) === 1;
  }

  /** Ends all sessions of a user, except the one with the id `except`. */
  async endAll(userId: string, except?: string): Promise<void> {
    const ids = (await this.idsOf([userId])).filter((id) => id !== except);
    await this.endThese(userId, ids);
  }

  /** Ends the least recently used sessions of a user, so that `keep` are left. */
  async endOldest(userId: string, keep: number): Promise<void> {
    const order: Order = [
      ['lastUsedAt', 'DESC'],
      ['id', 'DESC'],
    ];
    const ids = await this.findIds({ where: { userId }, order, offset: keep });
    if (ids.length > 0) await this.endThese(userId, ids);
  }

  /** The ids of all sessions of these users. */
  async idsOf(userIds: readonly string[]): Promise<string[]> {
    return this.findIds({ where: { userId: [...userIds] } });
  }

  async removeExpired(): Promise<void> {
    await this.sessions.destroy({ where: { expiresAt: { [Op.lte]: databaseTime() } }, ...this.options });
  }

  private get options(): Transactionable {
    return { transaction: this.work?.transaction };
  }

  private async findIds(options: FindOptions<SessionRow>): Promise<string[]> {
    const rows = await this.sessions.findAll({ ...options, attributes: ['id'], raw: true, ...this.options });
    return rows.map(({ id }) => id);
  }

  private async endThese(userId: string, ids: readonly string[]): Promise<number> {
    const { sessionIds } = required(this.work);
    for (const id of ids) sessionIds.add(id);
    return this.sessions.destroy({ where: { userId, id: [...ids] }, ...this.options });
  }

  private async findActive(ids: readonly string[], columns: (string | ProjectionAlias)[]): Promise<RowWithUser[]> {
    const rows: unknown = await this.sessions.findAll({
      where: { id: [...ids], expiresAt: { [Op.gt]: databaseTime() } },
      attributes: columns,
      include: [{ association: 'user', attributes: [...userColumns] }],
      raw: true,
      nest: true,
    });
    return rows as RowWithUser[];
  }

  private async readPrincipals(ids: readonly string[]): Promise<(Principal | undefined)[]> {
    const rows = await this.findActive([...new Set(ids)], ['id', 'expiresAt']);
    const found = new Map(rows.map(({ id, user, expiresAt }) => [id, { user, sessionId: id, expiresAt }]));
    return ids.map((id) => found.get(id));
  }
}
