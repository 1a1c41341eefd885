const PgBoss = require('pg-boss');

/**
 * Creates pg-boss 10's schema and queues here, so that the server's role needs no right to create tables.
 * @type {import('sequelize-cli').Migration}
 */
module.exports = {
  up: async (queryInterface) => {
    const { sequelize } = queryInterface;
    await sequelize.query(PgBoss.getConstructionPlans('pgboss'));
    for (const [name, options] of [
      // Retries after 5 s, 10 s, 20 s and so on, for an hour and a half in all.
      ['mail', { policy: 'standard', retryLimit: 10, retryDelay: 5, retryBackoff: true, expireInSeconds: 120 }],
      ['mail-request', { policy: 'standard', retryLimit: 10, retryDelay: 5, retryBackoff: true, expireInSeconds: 120 }],
      ['clean-up', { policy: 'standard', retryLimit: 0, expireInSeconds: 600 }],
      // pg-boss's own, for schedules.
      ['__pgboss__send-it', { policy: 'standard' }],
    ]) {
      await sequelize.query('SELECT pgboss.create_queue($1, $2)', { bind: [name, JSON.stringify(options)] });
    }
  },
  down: (queryInterface) => queryInterface.sequelize.query('DROP SCHEMA pgboss CASCADE'),
};
