import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../src/config/config.js';
import { createLogger } from '../../src/observability/logger.js';
import { withMigrator } from '../../src/db/database.js';
import { EmbeddedPostgres } from '../../src/db/embedded/embeddedPostgres.js';
import { query } from './connectToDatabase.js';

const template = 'migrated_template';

/** Holds the URL of the one PostgreSQL of a test run: mocha may load this module more than once. */
const variable = 'TEST_CLUSTER_URL';

function clusterUrl(): string {
  const url = process.env[variable];
  if (!url) throw new Error('The test cluster is not running.');
  return url;
}

/** The roles that own the databases of the tests and that the servers use; nobody else uses this cluster. */
const owner = 'test_owner';
const server = 'test_server';

function urlOf(database: string, role?: string): string {
  const url = new URL(clusterUrl());
  url.pathname = `/${database}`;
  return role === undefined ? url.href : asRole(role, url.href);
}

/** The same database for another role, whose password is its name. */
export function asRole(role: string, databaseUrl: string): string {
  return Object.assign(new URL(databaseUrl), { username: role, password: role }).href;
}

/** The same database for the superuser, for what a test does there itself. */
export function asSuperuser(databaseUrl: string): string {
  return urlOf(new URL(databaseUrl).pathname.slice(1));
}

/** Runs SQL as the superuser. */
export async function administer(sql: string, databaseUrl = clusterUrl()): Promise<void> {
  await query(asSuperuser(databaseUrl), sql);
}

/** Starts PostgreSQL, makes the migrated database that all others are copies of, and returns how to stop it. */
export async function startCluster(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'smart-audit-test-'));
  // `npm run test:interop` names another version than the embedded one.
  const postgres = await EmbeddedPostgres.start(folder, process.env['TEST_POSTGRES_PACKAGE']);
  process.env[variable] = postgres.url;
  for (const role of [owner, server]) await administer(`CREATE ROLE ${role} LOGIN PASSWORD '${role}'`);
  await administer(`CREATE DATABASE ${template} OWNER ${owner}`);
  const config = parseConfig({ MIGRATION_DATABASE_URL: urlOf(template, owner) });
  const logger = createLogger({ env: 'test', logLevel: 'error' });
  await withMigrator(urlOf(template, server), config, logger, (migrator) => migrator.up());
  return async () => {
    await postgres.stop();
    await rm(postgres.folder, { recursive: true });
    await rm(folder, { recursive: true, force: true });
  };
}

export interface TestDatabase {
  /** For a server: its role has the privileges that a server needs. Without tables it is the owner's. */
  url: string;
  /** As the owner. */
  ownerUrl: string;
  drop(): Promise<void>;
}

/** Creates a database: migrated and empty, or without any table. */
export async function createTestDatabase({ migrated = true } = {}): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(`CREATE DATABASE ${name} OWNER ${owner} TEMPLATE ${migrated ? template : 'template0'}`);
  const ownerUrl = urlOf(name, owner);
  return {
    url: migrated ? urlOf(name, server) : ownerUrl,
    ownerUrl,
    drop: () => administer(`DROP DATABASE ${name} WITH (FORCE)`),
  };
}

/** A role that can log in and nothing else, with its name as its password, and how to drop it. */
export async function createRole(): Promise<{ name: string; drop: () => Promise<void> }> {
  // A name that must be quoted everywhere.
  const name = `Role-${randomBytes(6).toString('hex')} @ work`;
  await administer(`CREATE ROLE "${name}" LOGIN PASSWORD '${name}'`);
  return { name, drop: () => administer(`DROP ROLE "${name}"`) };
}
