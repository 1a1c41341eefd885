/** @type {import('sequelize-cli').Migration} */
module.exports = {
  // NULL: imported and never used, or as old as this column. No clean-up removes such an account before it is used.
  up: (queryInterface) => queryInterface.sequelize.query('ALTER TABLE users ADD COLUMN last_seen_at timestamptz'),
  down: (queryInterface) => queryInterface.removeColumn('users', 'last_seen_at'),
};
