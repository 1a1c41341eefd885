import { QueryTypes, type Sequelize } from 'sequelize';
import type { Logger } from '../observability/logger.js';

const powerSql = `
  SELECT rolsuper AS "is a superuser", rolcreaterole AS "can create roles",
    coalesce(pg_has_role(rolname, (SELECT relowner FROM pg_class WHERE oid = to_regclass('users')), 'MEMBER'), false)
      AS "owns the tables",
    has_schema_privilege(current_schema(), 'CREATE') OR has_database_privilege(current_database(), 'CREATE, TEMPORARY')
      AS "can create tables"
  FROM pg_roles WHERE rolname = current_user`;

/** Warns when the current role has power that the server never needs. */
export async function warnOfPower(sequelize: Sequelize, logger: Logger): Promise<void> {
  const [powers = {}] = await sequelize.query<Record<string, boolean>>(powerSql, { type: QueryTypes.SELECT });
  const superfluous = Object.keys(powers).filter((power) => powers[power]);
  if (superfluous.length === 0) return;
  logger.warn(
    `DATABASE_URL: its role ${superfluous.join(', ')}. Use a role without this power here, and set ` +
      'MIGRATION_DATABASE_URL to the role that owns the tables.',
  );
}
