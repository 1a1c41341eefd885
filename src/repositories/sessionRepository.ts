import DataLoader from 'dataloader';
import { literal, Op, Transaction, type InferAttributes, type ModelStatic } from 'sequelize';
import type { RefreshState } from '../security/refreshToken.js';
import type { Page, PageRequest } from '../domain/page.js';
import type { Principal } from '../domain/principal.js';
import type { Session } from '../domain/session.js';
import type { SessionModel } from '../models/session.js';
import type { UserModel } from '../models/user.js';
import { translateErrors } from './databaseErrors.js';
import type { SessionCache } from './sessionCache.js';
import { required, type UnitOfWork } from './unitOfWork.js';
import { toUser, userColumns } from './userRepository.js';

type SessionRow = InferAttributes<SessionModel>;
type RowWithUser = SessionRow & { user: InferAttributes<UserModel> };

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

function toPrincipal({ id, expiresAt, user }: RowWithUser): Principal {
  return { user: toUser(user), sessionId: id, expiresAt };
}

/** Sessions in the table `sessions`: a session that has ended is not in it. */
export class SessionRepository {
  /** Look-ups that arrive within one turn of the event loop become one query. */
  private readonly principals = new DataLoader((ids: readonly string[]) => this.readPrincipals(ids), {
    cache: false,
    maxBatchSize: 500,
    batchScheduleFn: (callback) => setImmediate(callback),
  });

  constructor(
    private readonly sessions: ModelStatic<SessionModel>,
    private readonly cache: SessionCache,
    private readonly work?: UnitOfWork,
  ) {}

  async insert(session: Session, state: RefreshState): Promise<void> {
    await translateErrors(() => this.sessions.create({ ...session, ...state }, { ...this.options, returning: false }));
  }

  /** Who is signed in with this session; undefined for one that has ended or expired. */
  async findPrincipal(id: string): Promise<Principal | undefined> {
    return translateErrors(() => this.cache.find(id, () => this.principals.load(id)));
  }

  /** Undefined for a session that has ended or expired. */
  async findRefreshable(id: string): Promise<RefreshableSession | undefined> {
    const [row] = await translateErrors(() =>
      this.findLiving([id], [...sessionColumns, 'generation', 'refreshHash', 'refreshSeed']),
    );
    if (!row) return undefined;
    const { generation, refreshHash, refreshSeed } = row;
    return { ...toPrincipal(row), session: toSession(row), generation, refreshHash, refreshSeed };
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
    const changes = { ...next, generation: literal('generation + 1') };
    const options = { where: { id, generation }, ...this.options };
    const [count] = await translateErrors(() => this.sessions.update(changes, options));
    return count === 1;
  }

  /** Somebody's living sessions. */
  async list(userId: string, { limit, after }: PageRequest): Promise<Page<Session>> {
    const rows = await translateErrors(() =>
      this.sessions.findAll({
        where: { userId, expiresAt: { [Op.gt]: new Date() }, ...(after !== undefined && { id: { [Op.lt]: after } }) },
        attributes: [...sessionColumns],
        order: [['id', 'DESC']],
        limit: limit + 1,
        raw: true,
      }),
    );
    const items = rows.slice(0, limit).map(toSession);
    return { items, next: rows.length > limit ? items.at(-1)?.id : undefined };
  }

  /** Keeps a session of a user until the transaction ends; false where it has ended or expired. */
  async lock(userId: string, id: string): Promise<boolean> {
    const where = { id, userId, expiresAt: { [Op.gt]: new Date() } };
    const options = { where, attributes: ['id'], lock: Transaction.LOCK.SHARE, raw: true, ...this.options };
    return (await translateErrors(() => this.sessions.findOne(options))) !== null;
  }

  /** Ends one session of a user; false where they have no such session. */
  async end(userId: string, id: string): Promise<boolean> {
    return (await this.endThese(userId, [id])) === 1;
  }

  /**
   * Ends all sessions of a user.
   * @param except the id of one that stays
   */
  async endAll(userId: string, except?: string): Promise<void> {
    const ids = await this.idsOf([userId]);
    await this.endThese(
      userId,
      ids.filter((id) => id !== except),
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
        ...this.options,
      }),
    );
    if (oldest.length === 0) return;
    await this.endThese(
      userId,
      oldest.map(({ id }) => id),
    );
  }

  /** The ids of all sessions of these users. */
  async idsOf(userIds: readonly string[]): Promise<string[]> {
    const options = { where: { userId: [...userIds] }, attributes: ['id'], raw: true, ...this.options };
    const rows = await translateErrors(() => this.sessions.findAll(options));
    return rows.map(({ id }) => id);
  }

  /** Removes expired sessions. */
  async removeExpired(): Promise<void> {
    const where = { expiresAt: { [Op.lte]: new Date() } };
    await translateErrors(() => this.sessions.destroy({ where, ...this.options }));
  }

  private get options(): { transaction: Transaction | null } {
    return { transaction: this.work?.transaction ?? null };
  }

  private async endThese(userId: string, ids: readonly string[]): Promise<number> {
    const { sessionIds } = required(this.work);
    for (const id of ids) sessionIds.add(id);
    const where = { userId, id: [...ids] };
    return translateErrors(() => this.sessions.destroy({ where, ...this.options }));
  }

  private async findLiving(ids: readonly string[], attributes: (keyof SessionRow)[]): Promise<RowWithUser[]> {
    const rows: unknown = await this.sessions.findAll({
      where: { id: [...ids], expiresAt: { [Op.gt]: new Date() } },
      attributes,
      include: [{ association: 'user', attributes: [...userColumns] }],
      raw: true,
      nest: true,
    });
    return rows as RowWithUser[];
  }

  private async readPrincipals(ids: readonly string[]): Promise<(Principal | undefined)[]> {
    const rows = await this.findLiving([...new Set(ids)], ['id', 'expiresAt']);
    const found = new Map(rows.map((row) => [row.id, toPrincipal(row)]));
    return ids.map((id) => found.get(id));
  }
}
