import {
  DataTypes,
  Model,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type ModelStatic,
  type NonAttribute,
  type Sequelize,
} from 'sequelize';
import type { UserModel } from './user.js';

export interface SessionModel extends Model<InferAttributes<SessionModel>, InferCreationAttributes<SessionModel>> {
  id: string;
  userId: string;
  generation: number;
  refreshHash: Buffer;
  refreshSeed: Buffer;
  ip: string;
  userAgent: string;
  createdAt: CreationOptional<Date>;
  lastUsedAt: Date;
  expiresAt: Date;
  endsAt: Date;
  user?: NonAttribute<UserModel>;
}

/** The table `sessions`, each of which belongs to a user. Its columns and indexes are made by the migrations. */
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
