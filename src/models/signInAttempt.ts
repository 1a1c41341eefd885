import { DataTypes, type Model, type ModelStatic, type Sequelize } from 'sequelize';

interface SignInAttempt {
  key: Buffer;
  attempts: number;
  attemptId: string;
  beganAt: Date;
  lockedUntil: Date | null;
}

export type SignInAttemptModel = Model<SignInAttempt> & SignInAttempt;

/** The table `sign_in_attempts`. The migrations create its columns. */
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
