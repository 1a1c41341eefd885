/** @type {import('sequelize-cli').Migration} */
module.exports = {
  up: (queryInterface) =>
    // Addresses are not unique: each sign-up keeps its own password until one of them is confirmed.
    queryInterface.sequelize.query(`
      CREATE TABLE sign_ups (
        id            uuid PRIMARY KEY,
        email         text NOT NULL
                      CONSTRAINT sign_ups_email_normalised
                      CHECK (email = lower(email) AND email !~ '[[:space:]]' AND email IS NFC NORMALIZED),
        password_hash text NOT NULL,
        first_name    varchar(100) NOT NULL,
        last_name     varchar(100) NOT NULL,
        nonce         text NOT NULL,
        token_hash    bytea NOT NULL UNIQUE,
        expires_at    timestamptz NOT NULL
      );
      CREATE INDEX sign_ups_email ON sign_ups (email);
      CREATE INDEX sign_ups_expires_at ON sign_ups (expires_at);
      -- Its own queue, because workers of the previous version cannot run these jobs.
      SELECT pgboss.create_queue('sign-up',
        '{ "policy": "standard", "retryLimit": 10, "retryDelay": 5, "retryBackoff": true, "expireInSeconds": 120 }')
    `),
  down: (queryInterface) =>
    queryInterface.sequelize.query(`SELECT pgboss.delete_queue('sign-up'); DROP TABLE sign_ups`),
};
