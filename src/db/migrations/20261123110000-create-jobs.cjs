const PgBoss = require('pg-boss');

/**
 * The tables of the job queue, as pg-boss 10 lays them out, and its queues. Made here and not by pg-boss at start, so
 * that a server needs no right to make tables.
 * @type {import('sequelize-cli').Migration}
 */
module.exports = {
  up: async (queryInterface) => {
    const { sequelize } = queryInterface;
    await sequelize.query(PgBoss.getConstructionPlans('pgboss'));
    for (const [name, options] of [
      // Tried again after 5 s, 10 s, 20 s and so on: for an hour and a half in all.
      ['mail', { policy: 'standard', retryLimit: 10, retryDelay: 5, retryBackoff: true, expireInSeconds: 120 }],
      ['mail-request', { policy: 'standard', retryLimit: 10, retryDelay: 5, retryBackoff: true, expireInSeconds: 120 }],
      ['clean-up', { policy: 'standard', retryLimit: 0, expireInSeconds: 600 }],
      // pg-boss's own, which carries schedules.
      ['__pgboss__send-it', { policy: 'standard' }],
    ]) {
      await sequelize.query('SELECT pgboss.create_queue($1, $2)', { bind: [name, JSON.stringify(options)] });
    }
  },
  down: (queryInterface) => queryInterface.sequelize.query('DROP SCHEMA pgboss CASCADE'),
};
