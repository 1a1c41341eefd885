import {
  DataTypes,
  Model,
  type InferAttributes,
  type InferCreationAttributes,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';
import type { LinkPurpose } from '../domain/link.js';

export interface LinkModel extends Model<InferAttributes<LinkModel>, InferCreationAttributes<LinkModel>> {
  tokenHash: Buffer;
  userId: string;
  purpose: LinkPurpose;
  email: string;
  expiresAt: Date;
}

/** The table `links`. Its columns, indexes and checks are made by the migrations. */
export function defineLinkModel(sequelize: Sequelize): ModelStatic<LinkModel> {
  return sequelize.define<LinkModel>(
    'Link',
    {
      tokenHash: { type: DataTypes.BLOB, primaryKey: true },
      userId: { type: DataTypes.UUID, allowNull: false },
      purpose: { type: DataTypes.TEXT, allowNull: false },
      email: { type: DataTypes.TEXT, allowNull: false },
      expiresAt: { type: DataTypes.DATE, allowNull: false },
    },
    { tableName: 'links', underscored: true, timestamps: false },
  );
}
