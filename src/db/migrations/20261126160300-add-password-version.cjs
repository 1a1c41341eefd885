/** @type {import('sequelize-cli').Migration} */
module.exports = {
  up: (queryInterface) =>
    queryInterface.sequelize.query(`
      ALTER TABLE users ADD COLUMN password_version integer NOT NULL DEFAULT 0
    `),
  down: (queryInterface) => queryInterface.removeColumn('users', 'password_version'),
};
