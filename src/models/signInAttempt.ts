import {
  DataTypes,
  Model,
  type InferAttributes,
  type InferCreationAttributes,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';

export interface SignInAttemptModel extends Model<
  InferAttributes<SignInAttemptModel>,
  InferCreationAttributes<SignInAttemptModel>
> {
  key: Buffer;
  attempts: number;
  attemptId: string;
  beganAt: Date;
  lockedUntil: Date | null;
}

/** The table `sign_in_attempts`. Its columns are made by the migrations. */
export function defineSignInAttemptModel(sequelize: Sequelize): ModelStatic<SignInAttemptModel> {
  return sequelize.define<SignInAttemptModel>(
    'SignInAttempt',
    {
      key: { type: DataTypes.BLOB, primaryKey: true },
      attempts: { type: DataTypes.INTEGER, allowNull: false },
      attemptId: { type: DataTypes.UUID, allowNull: false },
      beganAt: { type: DataTypes.DATE, allowNull: false },
      lockedUntil: { type: DataTypes.DATE, allowNull: true },
    },
    { tableName: 'sign_in_attempts', underscored: true, timestamps: false },
  );
}
