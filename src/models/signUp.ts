import { DataTypes, type Model, type ModelStatic, type Sequelize } from 'sequelize';
import type { SignUp } from '../domain/signUp.js';

export type SignUpModel = Model<SignUp> & SignUp;

/** The table `sign_ups`. The migrations create its columns, indexes and checks. */
export function defineSignUpModel(sequelize: Sequelize): ModelStatic<SignUpModel> {
  return sequelize.define<SignUpModel>(
    'SignUp',
    {
      id: { type: DataTypes.UUID, primaryKey: true },
      email: { type: DataTypes.TEXT, allowNull: false },
      passwordHash: { type: DataTypes.TEXT, allowNull: false },
      firstName: { type: DataTypes.STRING(100), allowNull: false },
      lastName: { type: DataTypes.STRING(100), allowNull: false },
      nonce: { type: DataTypes.TEXT, allowNull: false },
      tokenHash: { type: DataTypes.BLOB, allowNull: false },
      expiresAt: { type: DataTypes.DATE, allowNull: false },
    },
    { tableName: 'sign_ups', underscored: true, timestamps: false },
  );
}
