import pg from 'pg';

/** A connection to a database, which the test has to end. */
export async function connectToDatabase(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

/** Does work on a connection of its own to a database. */
export async function onDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connectToDatabase(url);
  return work(client).finally(() => client.end());
}

/** Runs SQL on a connection of its own to a database, and returns the rows. */
export async function query<Row extends object>(url: string, sql: string): Promise<Row[]> {
  return onDatabase(url, async (client) => (await client.query<Row>(sql)).rows);
}
