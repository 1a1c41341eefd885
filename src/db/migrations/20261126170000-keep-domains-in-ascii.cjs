const { createHash } = require('node:crypto');
const { domainToASCII, domainToUnicode } = require('node:url');

/** PostgreSQL's pattern of an address whose domain is not ASCII. */
const pattern = '@.*[^!-~]';

/** How many addresses the reason names. */
const namedMax = 20;

const label = '(?!-)[a-z0-9-]{1,63}(?<!-)';
const asciiLabels = new RegExp(`^${label}(\\.${label})*$`);

/**
 * The address with its domain in ASCII; undefined if the domain has no such form.
 * @param {string} address
 */
function asciiForm(address) {
  const at = address.lastIndexOf('@') + 1;
  const domain = address.slice(at);
  if (/[^a-z0-9.\u0080-\u{10ffff}-]/u.test(domain)) return undefined;
  const ascii = domainToASCII(domain);
  const unicode = domainToUnicode(ascii);
  const isEncoded = !/(^|\.)xn--/.test(unicode) && domainToASCII(unicode) === ascii;
  return asciiLabels.test(ascii) && !/(^|\.)\d+$/.test(ascii) && isEncoded ? address.slice(0, at) + ascii : undefined;
}

/**
 * Runs a statement and returns its rows.
 * @callback Run
 * @param {string} sql
 * @param {...unknown} bind values for $1, $2 ...
 * @returns {Promise<any[]>}
 */

/**
 * @param {import('sequelize').QueryInterface} queryInterface
 * @param {import('sequelize').Transaction} [transaction]
 * @returns {Run}
 */
function statements({ sequelize }, transaction) {
  return async (sql, ...bind) => (await sequelize.query(sql, { bind, transaction }))[0];
}

/**
 * Names accounts by their ids only: the reason is logged.
 * @param {Run} run
 */
async function reasonToStop(run) {
  const addressColumns = await run(
    `SELECT FROM pg_attribute WHERE attrelid = to_regclass('users') AND attname = 'email'`,
  );
  if (addressColumns.length === 0) return undefined;
  const groups = new Map();
  for (const { id, email } of await run('SELECT id, email FROM users WHERE email ~ $1 ORDER BY id', pattern)) {
    const form = asciiForm(email);
    if (form !== undefined) groups.set(form, [...(groups.get(form) ?? []), id]);
  }
  for (const { id, email } of await run('SELECT id, email FROM users WHERE email = ANY($1)', [...groups.keys()])) {
    groups.get(email).push(id);
  }
  const shared = [...groups.values()].filter((ids) => ids.length > 1);
  if (shared.length === 0) return undefined;
  const named = shared.slice(0, namedMax).map((ids) => ids.join(' and '));
  const others = shared.length > namedMax ? ` and ${shared.length - namedMax} more` : '';
  return (
    'Earlier versions took one address for two when its domain was written in Unicode and in ASCII, so these accounts share ' +
    `an address: ${named.join('; ')}${others}. Nothing has been changed. Remove or rename all but one account of each address ` +
    'by: node dist/admin.js resolve-addresses. Then migrate again.'
  );
}

/** @param {string} text */
const hash = (text) => createHash('sha256').update(text).digest();

const mails = ['verifyEmail', 'changeEmail', 'emailTaken', 'resetPassword', 'accountLocked', 'signUp'];

const columns = [
  ...['users', 'sign_ups', 'links', 'action_tokens'].map((table) => ({
    table,
    column: 'email',
    change: 'email = after',
  })),
  ...['pgboss.job', 'pgboss.archive'].flatMap((table) =>
    ['email', 'to'].map((field) => ({
      table,
      column: `data->>'${field}'`,
      change: `data = jsonb_set(data, '{${field}}', to_jsonb(after))`,
    })),
  ),
];

/**
 * Old and new addresses, in the same order.
 * @param {Run} run
 */
async function changedAddresses(run) {
  const changes = new Map();
  for (const { table, column } of columns) {
    const rows = await run(`SELECT DISTINCT ${column} AS email FROM ${table} WHERE ${column} ~ $1`, pattern);
    for (const { email } of rows) if (asciiForm(email) !== undefined) changes.set(email, asciiForm(email));
  }
  return { before: [...changes.keys()], after: [...changes.values()] };
}

/**
 * @param {Run} run
 * @param {{ before: string[], after: string[] }} addresses
 */
async function changeAddresses(run, { before, after }) {
  const changed = 'unnest($1::text[], $2::text[]) AS changed (before, after)';
  // Its trigger takes a changed row for a new link.
  await run('ALTER TABLE action_tokens DISABLE TRIGGER copy_action_token');
  for (const { table, column, change } of columns) {
    await run(`UPDATE ${table} SET ${change} FROM ${changed} WHERE ${column} = before`, before, after);
  }
  await run('ALTER TABLE action_tokens ENABLE TRIGGER copy_action_token');
}

/**
 * Locks and mail limits are kept by hashes of addresses.
 * @param {Run} run
 * @param {{ before: string[], after: string[] }} addresses
 */
async function changeKeys(run, { before, after }) {
  const changed = 'unnest($1::bytea[], $2::bytea[]) AS changed (before, after)';
  const keys = [before, after].map((emails) => emails.map((email) => hash(`account ${email}`)));
  await run(
    `INSERT INTO sign_in_attempts AS a (key, attempts, attempt_id, began_at, locked_until)
     SELECT DISTINCT ON (after) after, attempts, attempt_id, began_at, locked_until
     FROM sign_in_attempts JOIN ${changed} ON key = before ORDER BY after, attempts DESC
     ON CONFLICT (key) DO UPDATE SET attempts = greatest(a.attempts, excluded.attempts),
       locked_until = greatest(a.locked_until, excluded.locked_until)`,
    ...keys,
  );
  await run('DELETE FROM sign_in_attempts WHERE key = ANY($1)', keys[0]);
  const recipients = [before, after].map((emails) =>
    emails.flatMap((email) => mails.map((kind) => hash(`${kind} ${email}`))),
  );
  await run(`UPDATE requested_mails SET recipient = after FROM ${changed} WHERE recipient = before`, ...recipients);
}

/**
 * @type {import('sequelize-cli').Migration &
 *   { reasonToStop(queryInterface: import('sequelize').QueryInterface): Promise<string | undefined> }}
 */
module.exports = {
  /** Why this migration cannot be applied; undefined if it can. For databases of all earlier versions. */
  reasonToStop: (queryInterface) => reasonToStop(statements(queryInterface)),

  up: (queryInterface) =>
    queryInterface.sequelize.transaction(async (transaction) => {
      const run = statements(queryInterface, transaction);
      // Instances of the previous version may be running.
      await run('LOCK TABLE users, sign_ups IN ACCESS EXCLUSIVE MODE');
      const reason = await reasonToStop(run);
      if (reason) throw new Error(reason);
      const addresses = await changedAddresses(run);
      await changeAddresses(run, addresses);
      await changeKeys(run, addresses);
      // What is left has no ASCII form. Nobody can confirm such a sign-up, but its owner may use such an account.
      await run('DELETE FROM sign_ups WHERE email ~ $1', pattern);
      const left = await run('SELECT id FROM users WHERE email ~ $1', pattern);
      const exceptions = left.map(({ id }) => ` OR id = '${id}'`).join('');
      await run(`ALTER TABLE users ADD CONSTRAINT users_domain_ascii CHECK (email !~ '${pattern}'${exceptions})`);
      await run(`ALTER TABLE sign_ups ADD CONSTRAINT sign_ups_domain_ascii CHECK (email !~ '${pattern}')`);
    }),

  // The addresses stay as they are: they lead to the same mailboxes.
  down: (queryInterface) =>
    queryInterface.sequelize.query(`
      ALTER TABLE users DROP CONSTRAINT users_domain_ascii;
      ALTER TABLE sign_ups DROP CONSTRAINT sign_ups_domain_ascii
    `),
};
