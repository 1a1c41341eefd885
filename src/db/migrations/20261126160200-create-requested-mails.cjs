/** @type {import('sequelize-cli').Migration} */
module.exports = {
  up: (queryInterface) =>
    // Hashes instead of addresses. Someone who has the table can still test guesses.
    queryInterface.sequelize.query(`
      CREATE TABLE requested_mails (
        recipient    bytea NOT NULL,
        network      bytea NOT NULL,
        requested_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX requested_mails_recipient ON requested_mails (recipient, requested_at);
      CREATE INDEX requested_mails_requested_at ON requested_mails (requested_at)
    `),
  down: (queryInterface) => queryInterface.dropTable('requested_mails'),
};
