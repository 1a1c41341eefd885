import { DataTypes, type Model, type ModelStatic, type Optional, type Sequelize } from 'sequelize';
import type { User } from '../domain/user.js';

export interface UserRow extends User {
  passwordHash: string;
  passwordVersion: number;
  lastSeenAt: Date | null;
}

type Defaults = 'passwordVersion' | 'role' | 'isActive' | 'emailVerifiedAt' | 'lastSeenAt' | 'createdAt' | 'updatedAt';

export type UserModel = Model<UserRow, Optional<UserRow, Defaults>> & UserRow;

/** The table `users`. The migrations create its columns, indexes and checks. */
export function defineUserModel(sequelize: Sequelize): ModelStatic<UserModel> {
  return sequelize.define<UserModel>(
    'User',
    {
      id: { type: DataTypes.UUID, primaryKey: true },
      email: { type: DataTypes.TEXT, allowNull: false },
      passwordHash: { type: DataTypes.TEXT, allowNull: false },
      passwordVersion: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
      firstName: { type: DataTypes.STRING(100), allowNull: false },
      lastName: { type: DataTypes.STRING(100), allowNull: false },
      role: { type: DataTypes.TEXT, allowNull: false, defaultValue: 'user' },
      isActive: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true },
      emailVerifiedAt: { type: DataTypes.DATE, allowNull: true },
      lastSeenAt: { type: DataTypes.DATE, allowNull: true, defaultValue: DataTypes.NOW },
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { tableName: 'users', underscored: true },
  );
}
