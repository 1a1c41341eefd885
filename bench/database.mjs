import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { EmbeddedPostgres } from '../dist/db/embedded/embeddedPostgres.js';

/** All sides of a comparison keep their connections open while the others are measured. */
const maxConnections = 400;

/** The PostgreSQL of a run, with databases of its own for whoever needs one. */
export class Database {
  #url;

  /**
   * @param {string} url of its first database
   * @param {string} scratch a folder to work in
   * @param {string} version of the server
   */
  constructor(url, scratch, version) {
    this.#url = url;
    this.scratch = scratch;
    this.version = version;
  }

  get url() {
    return this.#url;
  }

  /** @returns {Promise<string>} the URL of a new database */
  async create(name) {
    await query(this.#url, `CREATE DATABASE ${name}`);
    const url = new URL(this.#url);
    url.pathname = `/${name}`;
    return url.href;
  }
}

/**
 * Starts a PostgreSQL of our own in a new folder. It is stopped, and the folder removed, by `cleanup`.
 * @param {import('./cleanup.mjs').Cleanup} cleanup
 * @returns {Promise<Database>}
 */
export async function startDatabase(cleanup) {
  const scratch = await mkdtemp(join(tmpdir(), 'smart-audit-api-bench-'));
  cleanup.add(() => rm(scratch, { recursive: true, force: true }));
  // Started by root, postgres runs as another user, who must be able to enter.
  await chmod(scratch, 0o711);

  let starting = EmbeddedPostgres.start(join(scratch, 'data'));
  cleanup.add(async () => {
    const postgres = await starting.catch(() => undefined);
    if (!postgres) return;
    await postgres.stop();
    await rm(postgres.folder, { recursive: true, force: true });
  });
  const first = await starting;
  await query(first.url, `ALTER SYSTEM SET max_connections = ${maxConnections}`);
  starting = first.stop().then(() => EmbeddedPostgres.start(join(scratch, 'data')));
  const { url } = await starting;
  const [{ server_version: version }] = await query(url, 'SHOW server_version');
  return new Database(url, scratch, version);
}

/**
 * One query on a connection of its own.
 * @returns {Promise<object[]>} its rows
 */
export async function query(url, text, values) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}
