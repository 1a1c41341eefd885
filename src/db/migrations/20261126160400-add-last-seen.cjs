/** @type {import('sequelize-cli').Migration} */
module.exports = {
  up: (queryInterface) =>
    // Accounts that are there already count as seen now. NULL: imported and never seen, which no clean-up removes.
    queryInterface.sequelize.query(`
      ALTER TABLE users ADD COLUMN last_seen_at timestamptz DEFAULT now();
      CREATE INDEX users_unproved ON users (last_seen_at) WHERE email_verified_at IS NULL
    `),
  down: (queryInterface) => queryInterface.removeColumn('users', 'last_seen_at'),
};
