/** @type {import('sequelize-cli').Migration} */
module.exports = {
  up: (queryInterface) =>
    // The CHECK allows only normalised addresses, so the unique index covers all spellings.
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
