import { DataTypes, literal, type Model, type Optional, type Sequelize } from 'sequelize';
import type { Link } from '../domain/link.js';
import type { Session } from '../domain/session.js';
import type { SignUp } from '../domain/signUp.js';
import type { NewUser, User } from '../domain/user.js';

export interface UserRow extends User {
  passwordHash: string;
  passwordVersion: number;
  lastSeenAt: Date | null;
}

export interface SessionRow extends Session {
  generation: number;
  refreshHash: Buffer;
  refreshSeed: Buffer;
}

interface RequestedMail {
  recipient: Buffer;
  network: Buffer;
  requestedAt: Date;
}

interface SignInAttempt {
  key: Buffer;
  attempts: number;
  attemptId: string;
  beganAt: Date;
  lockedUntil: Date | null;
}

type RowModel<Row extends object, Default extends keyof Row = never> = Model<Row, Optional<Row, Default>> & Row;

export type Models = ReturnType<typeof defineModels>;

const { BLOB, BOOLEAN, DATE, INTEGER, TEXT, UUID } = DataTypes;

/** By the database's clock: those of instances may differ. */
const now = literal('now()');

const table = (tableName: string) => ({ tableName, underscored: true, timestamps: false });

// The migrations create the columns, with NOT NULL, indexes and checks.

function defineUsers(sequelize: Sequelize) {
  return sequelize.define<RowModel<UserRow, Exclude<keyof UserRow, 'id' | keyof NewUser>>>(
    'User',
    {
      id: { type: UUID, primaryKey: true },
      email: TEXT,
      passwordHash: TEXT,
      passwordVersion: { type: INTEGER, defaultValue: 0 },
      firstName: TEXT,
      lastName: TEXT,
      role: { type: TEXT, defaultValue: 'user' },
      isActive: { type: BOOLEAN, defaultValue: true },
      emailVerifiedAt: DATE,
      lastSeenAt: { type: DATE, defaultValue: now },
      createdAt: DATE,
      updatedAt: DATE,
    },
    { ...table('users'), timestamps: true },
  );
}

function defineSessions(sequelize: Sequelize) {
  return sequelize.define<RowModel<SessionRow>>(
    'Session',
    {
      id: { type: UUID, primaryKey: true },
      userId: UUID,
      generation: INTEGER,
      refreshHash: BLOB,
      refreshSeed: BLOB,
      ip: TEXT,
      userAgent: TEXT,
      createdAt: DATE,
      lastUsedAt: DATE,
      expiresAt: DATE,
      endsAt: DATE,
    },
    table('sessions'),
  );
}

/** The models of all tables. */
export function defineModels(sequelize: Sequelize) {
  const users = defineUsers(sequelize);
  const sessions = defineSessions(sequelize);
  sessions.belongsTo(users, { as: 'user', foreignKey: 'userId' });

  const links = sequelize.define<RowModel<Link>>(
    'Link',
    { tokenHash: { type: BLOB, primaryKey: true }, userId: UUID, purpose: TEXT, email: TEXT, expiresAt: DATE },
    table('links'),
  );

  const signUps = sequelize.define<RowModel<SignUp>>(
    'SignUp',
    {
      id: { type: UUID, primaryKey: true },
      email: TEXT,
      passwordHash: TEXT,
      firstName: TEXT,
      lastName: TEXT,
      nonce: TEXT,
      tokenHash: BLOB,
      expiresAt: DATE,
    },
    table('sign_ups'),
  );

  const requestedMails = sequelize.define<RowModel<RequestedMail, 'requestedAt'>>(
    'RequestedMail',
    { recipient: BLOB, network: BLOB, requestedAt: { type: DATE, defaultValue: now } },
    table('requested_mails'),
  );
  // The table has no primary key: its rows are only counted.
  requestedMails.removeAttribute('id');

  const attempts = sequelize.define<RowModel<SignInAttempt>>(
    'SignInAttempt',
    { key: { type: BLOB, primaryKey: true }, attempts: INTEGER, attemptId: UUID, beganAt: DATE, lockedUntil: DATE },
    table('sign_in_attempts'),
  );

  return { users, sessions, links, signUps, requestedMails, attempts };
}
