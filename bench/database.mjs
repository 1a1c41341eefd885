import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { EmbeddedPostgres } from '../dist/db/embedded/embeddedPostgres.js';

/**
 * Connects to a given PostgreSQL, as a role that may create databases, or starts an embedded one with its data in `folder`.
 * @returns {Promise<() => Promise<string>>} creates a database, which is dropped at the end, and resolves with its URL
 */
export async function openPostgres(folder, given, closers) {
  const embedded = given ? undefined : await EmbeddedPostgres.start(join(folder, 'data'));
  if (embedded) closers.push(() => embedded.stop());
  const server = given ?? embedded.url;
  return async () => {
    const name = `bench_${randomBytes(6).toString('hex')}`;
    await query(server, `CREATE DATABASE ${name}`);
    closers.push(() => query(server, `DROP DATABASE ${name} WITH (FORCE)`));
    return Object.assign(new URL(server), { pathname: `/${name}` }).href;
  };
}

/** Runs one statement on a connection of its own. @returns {Promise<object[]>} its rows */
export async function query(url, text, values) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}
