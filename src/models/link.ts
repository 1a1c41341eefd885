import { DataTypes, type Model, type ModelStatic, type Sequelize } from 'sequelize';
import type { Link } from '../domain/link.js';

export type LinkModel = Model<Link> & Link;

/** The table `links`. The migrations create its columns, indexes and checks. */
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
