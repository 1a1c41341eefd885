/** SQL: whether the server takes no writes, because it is a standby or by `default_transaction_read_only`. */
export const isReadOnlySql = `current_setting('transaction_read_only') = 'on'`;

/** SQLSTATE (PostgreSQL, appendix A) of a write that a server refuses: it is a standby, or default_transaction_read_only is on. */
export const readOnly = '25006';

/** The server takes no writes. */
export class ReadOnlyServerError extends Error {
  readonly code = readOnly;

  constructor() {
    super('it is read-only: a standby, or default_transaction_read_only is on');
  }
}
