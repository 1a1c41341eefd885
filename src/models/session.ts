import { DataTypes, type Model, type ModelStatic, type Sequelize } from 'sequelize';
import type { Session } from '../domain/session.js';
import type { UserModel } from './user.js';

export interface SessionRow extends Session {
  generation: number;
  refreshHash: Buffer;
  refreshSeed: Buffer;
}

export type SessionModel = Model<SessionRow> & SessionRow;

/** The table `sessions`. The migrations create its columns and indexes. */
export function defineSessionModel(sequelize: Sequelize, users: ModelStatic<UserModel>): ModelStatic<SessionModel> {
  const sessions = sequelize.define<SessionModel>(
    'Session',
    {
      id: { type: DataTypes.UUID, primaryKey: true },
      userId: { type: DataTypes.UUID, allowNull: false },
      generation: { type: DataTypes.INTEGER, allowNull: false },
      refreshHash: { type: DataTypes.BLOB, allowNull: false },
      refreshSeed: { type: DataTypes.BLOB, allowNull: false },
      ip: { type: DataTypes.TEXT, allowNull: false },
      userAgent: { type: DataTypes.TEXT, allowNull: false },
      createdAt: { type: DataTypes.DATE, allowNull: false },
      lastUsedAt: { type: DataTypes.DATE, allowNull: false },
      expiresAt: { type: DataTypes.DATE, allowNull: false },
      endsAt: { type: DataTypes.DATE, allowNull: false },
    },
    { tableName: 'sessions', underscored: true, updatedAt: false },
  );
  sessions.belongsTo(users, { as: 'user', foreignKey: 'userId' });
  return sessions;
}
