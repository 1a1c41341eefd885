/** @type {import('sequelize-cli').Migration} */
module.exports = {
  up: (queryInterface) =>
    queryInterface.sequelize.query(`
      CREATE TABLE sessions (
        id           uuid PRIMARY KEY,
        user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        generation   integer NOT NULL,
        refresh_hash bytea NOT NULL,
        refresh_seed bytea NOT NULL,
        ip           text NOT NULL,
        user_agent   text NOT NULL,
        created_at   timestamptz NOT NULL DEFAULT now(),
        last_used_at timestamptz NOT NULL,
        expires_at   timestamptz NOT NULL,
        ends_at      timestamptz NOT NULL
      );
      CREATE INDEX sessions_user_id ON sessions (user_id, id);
      CREATE INDEX sessions_expires_at ON sessions (expires_at)
    `),
  down: (queryInterface) => queryInterface.dropTable('sessions'),
};
