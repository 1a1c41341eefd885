/** SQL: whether the server takes no writes, because it is a standby or by `default_transaction_read_only`. */
export const isReadOnlySql = `current_setting('transaction_read_only') = 'on'`;

/** The server takes no writes. */
export class ReadOnlyServerError extends Error {
  /** SQLSTATE of a statement that such a server refuses. */
  readonly code = '25006';

  constructor() {
    super('it is read-only: a standby, or default_transaction_read_only is on');
  }
}
