import { DataTypes, type Model, type ModelStatic, type Optional, type Sequelize } from 'sequelize';

interface RequestedMail {
  recipient: Buffer;
  network: Buffer;
  requestedAt: Date;
}

export type RequestedMailModel = Model<RequestedMail, Optional<RequestedMail, 'requestedAt'>> & RequestedMail;

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
