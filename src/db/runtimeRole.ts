import { QueryTypes, type Sequelize, type Transaction } from 'sequelize';
import { StartError } from '../startError.js';
import { runtimePrivileges } from './runtimePrivileges.js';

/**
 * The role that the server works with, where another one owns the tables: it is given `runtimePrivileges`, and what it has
 * beside them in the tables of the owner is taken away.
 */
export class RuntimeRole {
  /** @param name as in PostgreSQL's catalogue */
  constructor(private readonly name: string) {}

  /** @throws StartError where the connection string names no role */
  static of(databaseUrl: string): RuntimeRole {
    const name = decodeURIComponent(new URL(databaseUrl).username);
    if (!name)
      throw new StartError('DATABASE_URL: must name the role of the server, as in postgresql://role@host/name.');
    return new RuntimeRole(name);
  }

  /**
   * Gives the role what it needs, and no more, all at once.
   * @param transaction of the role that owns the tables; where that is this role, nothing is done
   * @throws StartError where there is no such role
   */
  async grant(sequelize: Sequelize, transaction: Transaction): Promise<void> {
    const select = async <Row extends object>(sql: string, bind: unknown[] = []): Promise<Row[]> =>
      sequelize.query<Row>(sql, { bind, transaction, type: QueryTypes.SELECT });
    const [role] = await select<Names>(roleSql, [this.name]);
    if (!role)
      throw new StartError(`DATABASE_URL: there is no role ${this.name} in this database server. ${howToMake}`);
    if (role.owns) return;
    const relations = await select<{ name: string }>(ownRelationsSql);
    for (const statement of grants(
      role,
      relations.map(({ name }) => name),
    )) {
      await sequelize.query(statement, { transaction });
    }
  }
}

const howToMake = "Make it: CREATE ROLE ... LOGIN PASSWORD '...';";

/** As they are written in SQL. */
interface Names {
  role: string;
  database: string;
  schema: string;
  /** Whether it is the role that asks. */
  owns: boolean;
}

const roleSql = `
  SELECT quote_ident(rolname) AS role, quote_ident(current_database()) AS database,
    quote_ident(current_schema()) AS schema, rolname = current_user AS owns
  FROM pg_roles WHERE rolname = $1`;

/** Of the role that asks; relations of others, as of extensions, are not its to give or take. */
const ownRelationsSql = `
  SELECT format('%I.%I', nspname, relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
  WHERE nspname IN (current_schema(), 'pgboss') AND relkind IN ('r', 'p', 'v', 'm', 'S')
    AND pg_has_role(current_user, relowner, 'USAGE')
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
  ORDER BY 1`;

/** A schema made by others, as public is before PostgreSQL 15, is theirs to close: PostgreSQL warns, and goes on. */
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
