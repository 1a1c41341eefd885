import { QueryTypes, type Sequelize, type Transaction } from 'sequelize';
import { parseDatabaseUrl } from '../config/databaseUrl.js';
import { StartError } from '../startError.js';
import { runtimePrivileges } from './runtimePrivileges.js';

/**
 * The role of the server, by its name in PostgreSQL's catalogue.
 * @throws StartError when the URL names no role
 */
export function roleOf(databaseUrl: string): string {
  const { user: name } = parseDatabaseUrl(databaseUrl);
  if (name === undefined)
    throw new StartError('DATABASE_URL: must name the role of the server, as in postgresql://role@host/name.');
  return name;
}

/**
 * Grants a role `runtimePrivileges`, and revokes all others. Does nothing when the role owns the tables itself.
 * @param transaction of the role that owns the tables
 * @throws StartError when the role does not exist
 */
export async function grantPrivileges(sequelize: Sequelize, name: string, transaction: Transaction): Promise<void> {
  const options = { transaction, type: QueryTypes.SELECT } as const;
  const [role] = await sequelize.query<Names>(roleSql, { ...options, bind: [name] });
  if (!role) {
    const remedy = "Create it: CREATE ROLE ... LOGIN PASSWORD '...';";
    throw new StartError(`DATABASE_URL: there is no role ${name} in this database server. ${remedy}`);
  }
  if (role.owns) return;
  const relations = await sequelize.query<{ name: string }>(ownRelationsSql, options);
  const names = relations.map((relation) => relation.name);
  for (const statement of grants(role, names)) await sequelize.query(statement, { transaction });
}

/** Quoted identifiers. */
interface Names {
  role: string;
  database: string;
  schema: string;
  owns: boolean;
}

const roleSql = `
  SELECT quote_ident(rolname) AS role, quote_ident(current_database()) AS database,
    quote_ident(current_schema()) AS schema, rolname = current_user AS owns
  FROM pg_roles WHERE rolname = $1`;

/** Without relations of extensions, on which the current role cannot grant. */
const ownRelationsSql = `
  SELECT format('%I.%I', nspname, relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
  WHERE nspname IN (current_schema(), 'pgboss') AND relkind IN ('r', 'p', 'v', 'm', 'S')
    AND pg_has_role(current_user, relowner, 'USAGE')
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
  ORDER BY 1`;

/** PostgreSQL only warns about a schema that another role owns, such as public before PostgreSQL 15. */
function grants({ role, database, schema }: Names, relations: readonly string[]): string[] {
  return [
    `REVOKE TEMPORARY ON DATABASE ${database} FROM PUBLIC`,
    `REVOKE ALL ON DATABASE ${database} FROM ${role}`,
    `GRANT CONNECT ON DATABASE ${database} TO ${role}`,
    `REVOKE CREATE ON SCHEMA ${schema} FROM PUBLIC`,
    `REVOKE ALL ON SCHEMA ${schema}, pgboss FROM ${role}`,
    `GRANT USAGE ON SCHEMA ${schema}, pgboss TO ${role}`,
    `REVOKE ALL ON ALL FUNCTIONS IN SCHEMA pgboss FROM PUBLIC, ${role}`,
    `REVOKE ALL ON ${relations.join(', ')} FROM PUBLIC, ${role}`,
    ...Object.entries(runtimePrivileges)
      .filter(([, privileges]) => privileges)
      .map(([relation, privileges]) => `GRANT ${privileges} ON ${relation} TO ${role}`),
  ];
}
