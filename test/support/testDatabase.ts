import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { parseConfig } from '../../src/core/config.js';
import { createLogger } from '../../src/core/logger.js';
import { withMigrator } from '../../src/db/database.js';
import { EmbeddedPostgres } from '../../src/db/embedded/embeddedPostgres.js';

const template = 'migrated_template';

/** Where the one PostgreSQL of a test run is told: mocha may load this module more than once. */
const variable = 'TEST_CLUSTER_URL';

function clusterUrl(): string {
  const url = process.env[variable];
  if (!url) throw new Error('The test cluster is not running.');
  return url;
}

function urlOf(database: string): string {
  const url = new URL(clusterUrl());
  url.pathname = `/${database}`;
  return url.href;
}

async function administer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: clusterUrl() });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Starts PostgreSQL, makes the migrated database that all others are copies of, and returns how to end it all. */
export async function startCluster(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'smart-audit-test-'));
  // `npm run test:postgres` names another version than the embedded one.
  const server = await EmbeddedPostgres.start(folder, process.env['TEST_POSTGRES_PACKAGE']);
  process.env[variable] = server.url;
  await administer(`CREATE DATABASE ${template}`);
  const { database } = parseConfig({});
  const logger = createLogger({ env: 'test', logLevel: 'error' });
  await withMigrator(urlOf(template), database, logger, (migrator) => migrator.up());
  return async () => {
    await server.stop();
    await rm(server.folder, { recursive: true });
    await rm(folder, { recursive: true, force: true });
  };
}

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/** A database of one's own: migrated and empty, or without any table. */
export async function createTestDatabase({ migrated = true } = {}): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(`CREATE DATABASE ${name} TEMPLATE ${migrated ? template : 'template0'}`);
  return { url: urlOf(name), drop: () => administer(`DROP DATABASE ${name} WITH (FORCE)`) };
}
