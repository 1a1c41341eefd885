/** @type {import('sequelize-cli').Migration} */
module.exports = {
  // NULL: not used since this migration or its import. The clean-up keeps such accounts.
  up: (queryInterface) => queryInterface.sequelize.query('ALTER TABLE users ADD COLUMN last_seen_at timestamptz'),
  down: (queryInterface) => queryInterface.removeColumn('users', 'last_seen_at'),
};
