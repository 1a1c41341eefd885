import type { Sequelize } from 'sequelize';
import type { SpanStart, Tracing } from '../core/tracing/tracing.js';

type Done = (error: unknown, result?: unknown) => void;
type Query = (sql: string | { text: string }, ...rest: unknown[]) => Promise<unknown>;

/** From here on, each statement on a new connection of this pool is done in a span, which does not say the values in it. */
export function traceStatements(sequelize: Sequelize, tracing: Tracing): void {
  if (!tracing.isOn) return;
  sequelize.addHook('afterConnect', (connection) => traceOn(connection as { query: Query }, tracing));
}

function traceOn(connection: { query: Query }, tracing: Tracing): void {
  const query = connection.query.bind(connection);
  connection.query = (sql, ...rest) => {
    // Sequelize waits by a callback, and we for the promise.
    const done = typeof rest.at(-1) === 'function' ? (rest.pop() as Done) : undefined;
    const answer = tracing.span(spanOf(typeof sql === 'string' ? sql : sql.text), () => query(sql, ...rest));
    if (done) void answer.then((result) => done(null, result), done);
    return answer;
  };
}

/** What is done beside the statement itself. */
const commonTables = /^\s*WITH\s+\w+\s+AS\s+\([^()]*\)/i;

/** A statement that is nothing but common tables is named by the first of what it does. */
const firstCommonTable = /^\s*WITH\s+\w+\s+AS\s+\(/i;

/** What comes before the table; in a query, Sequelize writes values behind it only. */
const operations = /^\s*(START TRANSACTION|[A-Z]+)/i;
const tables = /^\s*(?:SELECT\b.*?\bFROM|INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+([\w."]+)/is;

/** Named as the semantic conventions for databases say, by what is done and to which table. */
function spanOf(whole: string): SpanStart {
  const sql = whole.replace(commonTables, '').replace(firstCommonTable, '');
  const operation = operations.exec(sql)?.[1]?.toUpperCase() ?? 'SQL';
  const table = tables.exec(sql)?.[1]?.replaceAll('"', '');
  const attributes = { 'db.system.name': 'postgresql', 'db.operation.name': operation };
  if (table === undefined) return { name: operation, kind: 'client', attributes };
  const name = `${operation} ${table}`;
  return { name, kind: 'client', attributes: { ...attributes, 'db.collection.name': table } };
}
