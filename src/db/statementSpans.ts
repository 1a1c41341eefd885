import { QueryTypes, type Sequelize } from 'sequelize';
import type { SpanStart, Tracing } from '../observability/tracing/tracing.js';

interface Table {
  getTableName(): unknown;
}

/** What Sequelize says of a statement. */
interface Options {
  type?: string;
  model?: Table;
  instance?: { constructor: unknown };
}

/** From here on, each statement is done in a span, which does not say the values in it. */
export function traceStatements(sequelize: Sequelize, tracing: Tracing): void {
  if (!tracing.isOn) return;
  const query = sequelize.query.bind(sequelize) as (sql: unknown, options?: Options) => Promise<unknown>;
  const traced: typeof query = (sql, options = {}) => tracing.span(spanOf(options), () => query(sql, options));
  sequelize.query = traced as Sequelize['query'];
}

/** What statements do, by Sequelize's names for them. */
const operations: Readonly<Record<string, string>> = {
  [QueryTypes.SELECT]: 'SELECT',
  [QueryTypes.INSERT]: 'INSERT',
  [QueryTypes.UPDATE]: 'UPDATE',
  [QueryTypes.BULKUPDATE]: 'UPDATE',
  [QueryTypes.DELETE]: 'DELETE',
  [QueryTypes.BULKDELETE]: 'DELETE',
  // Its name for the kind of a transaction, at its beginning and its end.
  DEFERRED: 'TRANSACTION',
};

/** Named as the semantic conventions for databases say, by what is done and to which table; SQL of our own is `SQL`. */
function spanOf({ type = '', model, instance }: Options): SpanStart {
  const operation = operations[type] ?? 'SQL';
  const attributes = { 'db.system.name': 'postgresql', 'db.operation.name': operation };
  const table = (model ?? (instance?.constructor as Table | undefined))?.getTableName();
  if (typeof table !== 'string') return { name: operation, kind: 'client', attributes };
  const name = `${operation} ${table}`;
  return { name, kind: 'client', attributes: { ...attributes, 'db.collection.name': table } };
}
