/** @type {import('sequelize-cli').Migration} */
module.exports = {
  up: (queryInterface) =>
    queryInterface.sequelize.query(`
      ALTER TABLE users ADD COLUMN role text NOT NULL DEFAULT 'user'
        CONSTRAINT users_role_known CHECK (role IN ('user', 'admin'));
      CREATE INDEX users_active_admins ON users (id) WHERE role = 'admin' AND is_active;
      CREATE INDEX users_email_prefix ON users (email text_pattern_ops)
    `),
  down: (queryInterface) =>
    queryInterface.sequelize.query('DROP INDEX users_email_prefix; ALTER TABLE users DROP COLUMN role'),
};
