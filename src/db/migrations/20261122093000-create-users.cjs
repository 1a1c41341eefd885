/** @type {import('sequelize-cli').Migration} */
module.exports = {
  up: (queryInterface) =>
    // One query is one transaction. No other form of an address than the normalised one can be stored, whoever writes:
    // that makes the unique index one over all forms.
    queryInterface.sequelize.query(`
      CREATE TABLE users (
        id            uuid PRIMARY KEY,
        email         text NOT NULL
                      CONSTRAINT users_email_key UNIQUE
                      CONSTRAINT users_email_normalised
                      CHECK (email = lower(email) AND email !~ '[[:space:]]' AND email IS NFC NORMALIZED),
        password_hash text NOT NULL,
        first_name    varchar(100) NOT NULL,
        last_name     varchar(100) NOT NULL,
        is_active     boolean NOT NULL DEFAULT true,
        created_at    timestamptz NOT NULL DEFAULT now(),
        updated_at    timestamptz NOT NULL DEFAULT now()
      )
    `),
  down: (queryInterface) => queryInterface.dropTable('users'),
};
