/**
 * The server role's privileges by relation, as in GRANT: exactly what its statements need. '' means none.
 *
 * During an upgrade the previous version still runs: remove what it needs one version later. Add a migration with every change
 * here, if only an empty one: it stops an instance of the previous version from granting its own privileges.
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
  // For the previous version.
  action_tokens: 'SELECT, INSERT, DELETE, UPDATE (user_id, purpose, token_hash, email, expires_at)',
  sign_in_attempts: 'SELECT, INSERT, DELETE, UPDATE (attempts, attempt_id, began_at, locked_until)',

  // What pg-boss 10 needs with `migrate: false` (schedules only for the previous version). Migrations create the queues, whose
  // tables are partitions of pgboss.job.
  'pgboss.job': 'SELECT, INSERT, DELETE, UPDATE (state, started_on, retry_count, completed_on, output)',
  'pgboss.archive': 'SELECT (data, archived_on), INSERT, DELETE',
  'pgboss.queue': 'SELECT',
  'pgboss.schedule': `SELECT, INSERT (name, cron, timezone, data, options),
    UPDATE (cron, timezone, data, options, updated_on)`,
  'pgboss.version': 'SELECT, UPDATE (maintained_on, cron_on)',
  'pgboss.subscription': '',
};
