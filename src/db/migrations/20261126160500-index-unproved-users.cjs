/** @type {import('sequelize-cli').Migration} */
module.exports = {
  // CONCURRENTLY would deadlock with instances that wait for this migration. The index covers unverified accounts only.
  up: (queryInterface) =>
    queryInterface.sequelize.query(
      'CREATE INDEX users_unproved ON users (last_seen_at) WHERE email_verified_at IS NULL',
    ),
  down: (queryInterface) => queryInterface.removeIndex('users', 'users_unproved'),
};
