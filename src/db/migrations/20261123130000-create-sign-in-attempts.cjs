/** @type {import('sequelize-cli').Migration} */
module.exports = {
  up: (queryInterface) =>
    // Keyed by a hash, so that the table does not reveal which addresses were tried.
    queryInterface.sequelize.query(`
      CREATE TABLE sign_in_attempts (
        key          bytea PRIMARY KEY,
        attempts     integer NOT NULL,
        attempt_id   uuid NOT NULL,
        began_at     timestamptz NOT NULL,
        locked_until timestamptz
      )
    `),
  down: (queryInterface) => queryInterface.dropTable('sign_in_attempts'),
};
