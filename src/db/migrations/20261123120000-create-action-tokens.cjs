/** @type {import('sequelize-cli').Migration} */
module.exports = {
  up: (queryInterface) =>
    // One token per purpose: a new one replaces the old one.
    queryInterface.sequelize.query(`
      ALTER TABLE users ADD COLUMN email_verified_at timestamptz;
      CREATE TABLE action_tokens (
        user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        purpose    text NOT NULL CHECK (purpose IN ('verify_email', 'change_email', 'reset_password')),
        token_hash bytea NOT NULL UNIQUE,
        email      text NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (user_id, purpose)
      )
    `),
  down: (queryInterface) =>
    queryInterface.sequelize.query('DROP TABLE action_tokens; ALTER TABLE users DROP COLUMN email_verified_at'),
};
