/** @type {import('sequelize-cli').Migration} */
module.exports = {
  up: (queryInterface) =>
    // A user may hold several links of one purpose. The table `action_tokens` allows only one: the version before this one
    // still writes to it, so a later version drops it.
    queryInterface.sequelize.query(`
      CREATE TABLE links (
        token_hash bytea PRIMARY KEY,
        user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        purpose    text NOT NULL CHECK (purpose IN ('verify_email', 'change_email', 'reset_password')),
        email      text NOT NULL,
        expires_at timestamptz NOT NULL
      );
      CREATE INDEX links_user_id ON links (user_id);
      CREATE INDEX links_expires_at ON links (expires_at);
      INSERT INTO links SELECT token_hash, user_id, purpose, email, expires_at FROM action_tokens
    `),
  down: (queryInterface) => queryInterface.dropTable('links'),
};
