/** What sequelize-cli connects to, in every environment. */
const settings = { use_env_variable: 'DATABASE_URL', dialect: 'postgres' };

module.exports = { development: settings, test: settings, production: settings };
