import { QueryTypes, type Model, type ModelStatic, type QueryOptions } from 'sequelize';
import type { SpanStart } from '../observability/tracing/tracing.js';

/** The type that Sequelize passes with BEGIN, COMMIT and ROLLBACK. */
export const transactionType = 'DEFERRED';

const operations: Readonly<Record<string, string>> = {
  [QueryTypes.SELECT]: 'SELECT',
  [QueryTypes.INSERT]: 'INSERT',
  [QueryTypes.UPDATE]: 'UPDATE',
  [QueryTypes.BULKUPDATE]: 'UPDATE',
  [QueryTypes.DELETE]: 'DELETE',
  [QueryTypes.BULKDELETE]: 'DELETE',
  [transactionType]: 'TRANSACTION',
};

/**
 * The span of a statement with these options. It contains no values, and is named by OpenTelemetry's semantic conventions for
 * databases: operation and table. Raw SQL is `SQL`.
 */
export function statementSpan(options: QueryOptions & { model?: ModelStatic<Model> }): SpanStart {
  const { type = '', instance, model = instance?.constructor as ModelStatic<Model> | undefined } = options;
  const operation = operations[type] ?? 'SQL';
  const attributes = { 'db.system.name': 'postgresql', 'db.operation.name': operation };
  const table = model?.getTableName();
  if (typeof table !== 'string') return { name: operation, kind: 'client', attributes };
  const name = `${operation} ${table}`;
  return { name, kind: 'client', attributes: { ...attributes, 'db.collection.name': table } };
}
