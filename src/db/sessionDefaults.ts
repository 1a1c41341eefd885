import type { ClientBase } from 'pg';
import { isReadOnlySql, ReadOnlyServerError } from './readOnlyServer.js';

/**
 * Session parameters whose defaults `ALTER DATABASE` and `ALTER ROLE` can change, with the values that the server needs. They are
 * the same on all of its connections, because PgBouncer lends one connection to many clients.
 *
 * Left to the administrator: search_path, which chooses the schema, and default_transaction_read_only and synchronous_commit.
 */
export const sessionDefaults: Readonly<Record<string, string>> = {
  // The formats that the clients parse.
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',

  // How statements are read.
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',

  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',

  // `sessionTimeouts` has the others, and `pool.idle` ends idle connections.
  lock_timeout: '0',
  idle_session_timeout: '0',
  transaction_timeout: '0',
};

const values = Object.entries(sessionDefaults).map(([name, value]) => `('${name}', '${value}')`);

/** FROM and WHERE: `name` and `value` of the parameters that this version of PostgreSQL has. */
export const fromSessionDefaults = `
  FROM (VALUES ${values.join(', ')}) AS session_defaults (name, value) WHERE current_setting(name, true) IS NOT NULL`;

/**
 * Gives a new connection the `sessionDefaults`.
 * @throws ReadOnlyServerError when its server takes no writes
 */
export async function applySessionDefaults(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ is_read_only: boolean }>(
    `SELECT set_config(name, value, false), ${isReadOnlySql} AS is_read_only ${fromSessionDefaults}`,
  );
  if (rows.some((row) => row.is_read_only)) throw new ReadOnlyServerError();
}

/**
 * Timeouts of a connection, as pg options. They differ between pools, so they are startup parameters: PgBouncer drops these, but
 * would pass a SET on to the other pools' statements.
 */
export function sessionTimeouts(statementTimeoutMs: number) {
  return {
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: Math.min(statementTimeoutMs * 2, noTimeoutMs),
  };
}

/** The longest that PostgreSQL takes, 24 days. pg does not send 0, which means no timeout. */
export const noTimeoutMs = 2_147_483_647;
