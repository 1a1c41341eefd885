import { QueryTypes, type Sequelize } from 'sequelize';
import type { SpanStart, Tracing } from '../observability/tracing/tracing.js';

interface Table {
  getTableName(): unknown;
}

/** Query options that describe a statement. */
interface Options {
  type?: string;
  model?: Table;
  instance?: { constructor: unknown };
}

/** Runs each statement in a span, which contains no values. */
export function traceStatements(sequelize: Sequelize, tracing: Tracing): void {
  if (!tracing.isOn) return;
  const query = sequelize.query.bind(sequelize) as (sql: unknown, options?: Options) => Promise<unknown>;
  const traced: typeof query = (sql, options = {}) => tracing.span(spanOf(options), () => query(sql, options));
  sequelize.query = traced as Sequelize['query'];
}

const operations: Readonly<Record<string, string>> = {
  [QueryTypes.SELECT]: 'SELECT',
  [QueryTypes.INSERT]: 'INSERT',
  [QueryTypes.UPDATE]: 'UPDATE',
  [QueryTypes.BULKUPDATE]: 'UPDATE',
  [QueryTypes.DELETE]: 'DELETE',
  [QueryTypes.BULKDELETE]: 'DELETE',
  // The type of a transaction, which Sequelize passes with BEGIN and COMMIT.
  DEFERRED: 'TRANSACTION',
};

/** Named by OpenTelemetry's semantic conventions for databases: operation and table. Raw SQL is `SQL`. */
function spanOf({ type = '', model, instance }: Options): SpanStart {
  const operation = operations[type] ?? 'SQL';
  const attributes = { 'db.system.name': 'postgresql', 'db.operation.name': operation };
  const table = (model ?? (instance?.constructor as Table | undefined))?.getTableName();
  if (typeof table !== 'string') return { name: operation, kind: 'client', attributes };
  const name = `${operation} ${table}`;
  return { name, kind: 'client', attributes: { ...attributes, 'db.collection.name': table } };
}
