import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { EmbeddedPostgres } from '../dist/db/embedded/embeddedPostgres.js';

/**
 * Starts a PostgreSQL of our own in a new folder. It is stopped, and the folder removed, by `cleanup`.
 * @param {import('./cleanup.mjs').Cleanup} cleanup
 * @returns {Promise<{ url: string, version: string, scratch: string }>} `scratch` is a folder to work in
 */
export async function startDatabase(cleanup) {
  const scratch = await mkdtemp(join(tmpdir(), 'smart-audit-api-bench-'));
  cleanup.add(() => rm(scratch, { recursive: true, force: true }));
  // Started by root, postgres runs as another user, who must be able to enter.
  await chmod(scratch, 0o711);

  const starting = EmbeddedPostgres.start(join(scratch, 'data'));
  cleanup.add(async () => {
    const postgres = await starting.catch(() => undefined);
    if (!postgres) return;
    await postgres.stop();
    await rm(postgres.folder, { recursive: true, force: true });
  });
  const { url } = await starting;
  return { url, version: await versionOf(url), scratch };
}

async function versionOf(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('SHOW server_version');
  await client.end();
  return rows[0].server_version;
}
