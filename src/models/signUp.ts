import {
  DataTypes,
  Model,
  type InferAttributes,
  type InferCreationAttributes,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';

export interface SignUpModel extends Model<InferAttributes<SignUpModel>, InferCreationAttributes<SignUpModel>> {
  id: string;
  email: string;
  passwordHash: string;
  firstName: string;
  lastName: string;
  nonce: string;
  tokenHash: Buffer;
  expiresAt: Date;
}

/** The table `sign_ups`. Its columns, indexes and checks are made by the migrations. */
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
