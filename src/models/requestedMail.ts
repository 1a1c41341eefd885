import {
  DataTypes,
  Model,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';

export interface RequestedMailModel extends Model<
  InferAttributes<RequestedMailModel>,
  InferCreationAttributes<RequestedMailModel>
> {
  recipient: Buffer;
  network: Buffer;
  requestedAt: CreationOptional<Date>;
}

/** The table `requested_mails`, which has no primary key: its rows are only counted. */
export function defineRequestedMailModel(sequelize: Sequelize): ModelStatic<RequestedMailModel> {
  const requestedMails = sequelize.define<RequestedMailModel>(
    'RequestedMail',
    {
      recipient: { type: DataTypes.BLOB, allowNull: false },
      network: { type: DataTypes.BLOB, allowNull: false },
      requestedAt: { type: DataTypes.DATE, allowNull: false, defaultValue: DataTypes.NOW },
    },
    { tableName: 'requested_mails', underscored: true, timestamps: false },
  );
  requestedMails.removeAttribute('id');
  return requestedMails;
}
