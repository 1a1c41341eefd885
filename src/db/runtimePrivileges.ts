/**
 * All that the server's role may do, relation by relation, as GRANT says it: what no statement of the server needs is not
 * here. A name without a schema is in the schema that the migrations use. A relation with '' is made by a migration, and
 * the server has nothing to do in it.
 *
 * While a new version starts, the former one still runs: what it needs goes from here one version later. And a change here
 * comes with a migration, if only an empty one: by it an instance of the former version knows that it is not to grant.
 */
export const runtimePrivileges: Readonly<Record<string, string>> = {
  '"SequelizeMeta"': 'SELECT',

  users: `SELECT, INSERT, DELETE,
    UPDATE (email, password_hash, password_version, first_name, last_name, role, is_active, email_verified_at,
      last_seen_at, updated_at)`,
  sessions: `SELECT, INSERT, DELETE,
    UPDATE (generation, refresh_hash, last_used_at, expires_at, ip, user_agent)`,
  links: 'SELECT, INSERT, DELETE',
  sign_ups: 'SELECT, INSERT, DELETE',
  requested_mails: 'SELECT, INSERT, DELETE',
  // For the former version.
  action_tokens: 'SELECT, INSERT, DELETE, UPDATE (user_id, purpose, token_hash, email, expires_at)',
  sign_in_attempts: 'SELECT, INSERT, DELETE, UPDATE (attempts, attempt_id, began_at, locked_until)',

  // pg-boss 10 when it does not migrate: adding, doing, repeating, archiving and forgetting jobs; and, for the former
  // version, schedules.
  // Queues are made by migrations. The job queues' own tables are parts of pgboss.job, and reached through it.
  'pgboss.job': 'SELECT, INSERT, DELETE, UPDATE (state, started_on, retry_count, completed_on, output)',
  'pgboss.archive': 'SELECT (data, archived_on), INSERT, DELETE',
  'pgboss.queue': 'SELECT',
  'pgboss.schedule': `SELECT, INSERT (name, cron, timezone, data, options),
    UPDATE (cron, timezone, data, options, updated_on)`,
  'pgboss.version': 'SELECT, UPDATE (maintained_on, cron_on)',
  'pgboss.subscription': '',
};
