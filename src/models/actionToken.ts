import {
  DataTypes,
  Model,
  type InferAttributes,
  type InferCreationAttributes,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';
import type { ActionPurpose } from '../domain/actionToken.js';

export interface ActionTokenModel extends Model<
  InferAttributes<ActionTokenModel>,
  InferCreationAttributes<ActionTokenModel>
> {
  userId: string;
  purpose: ActionPurpose;
  tokenHash: Buffer;
  email: string;
  expiresAt: Date;
}

/** The table `action_tokens`: one row for each user and purpose. Its columns and checks are made by the migrations. */
export function defineActionTokenModel(sequelize: Sequelize): ModelStatic<ActionTokenModel> {
  return sequelize.define<ActionTokenModel>(
    'ActionToken',
    {
      userId: { type: DataTypes.UUID, primaryKey: true },
      purpose: { type: DataTypes.TEXT, primaryKey: true },
      tokenHash: { type: DataTypes.BLOB, allowNull: false },
      email: { type: DataTypes.TEXT, allowNull: false },
      expiresAt: { type: DataTypes.DATE, allowNull: false },
    },
    { tableName: 'action_tokens', underscored: true, timestamps: false },
  );
}
