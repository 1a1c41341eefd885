import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { productionSettings, startServer, stopServers } from '../support/serverProcess.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';

/** Has a process write, when it ends, what it has loaded. */
const witness = `
const { writeFileSync } = require('node:fs');
const role = require('node:cluster').isPrimary ? 'primary' : 'worker';
process.on('exit', () => writeFileSync(role + process.pid + '.loaded', Object.keys(require.cache).join('\\n')));
`;

/** The packages whose files each process of a server that starts and stops has loaded, by `primary` or `worker`. */
async function loadedBy(settings: Record<string, string>): Promise<Map<string, Set<string>>> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'witness.cjs'), witness);
  const server = await startServer({ folder, settings: { ...settings, NODE_OPTIONS: '--require ./witness.cjs' } });
  await server.stop();
  const files = (await readdir(folder)).filter((file) => file.endsWith('.loaded'));
  const lists = files.map(async (file) => {
    const names = (await readFile(join(folder, file), 'utf8')).matchAll(/.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/g);
    return [file.replace(/\d+\.loaded$/, ''), new Set(Array.from(names, ([, name]) => name!))] as const;
  });
  return new Map(await Promise.all(lists));
}

describe('A server with workers, on a database that has nothing to migrate', () => {
  let database: TestDatabase;

  before(async () => {
    database = await createTestDatabase();
  });

  after(async () => {
    await stopServers();
    await database.drop();
    await removeTemporaryFolders();
  });

  it('loads what takes requests in the workers alone, and nowhere what it has no use for', async () => {
    const loaded = await loadedBy({ ...productionSettings(database.url), WORKERS: '2' });
    const [primary, worker] = [loaded.get('primary')!, loaded.get('worker')!];
    for (const name of ['sequelize', 'express', 'express-openapi-validator', 'pg-boss']) {
      expect(worker, 'a worker').to.include(name);
      expect(primary, 'the process that starts workers').not.to.include(name);
    }
    expect(primary).to.include('pg');
    for (const name of ['umzug', '@redis/client', 'pino-pretty', '@opentelemetry/sdk-trace-base']) {
      expect(new Set([...primary, ...worker]), 'either').not.to.include(name);
    }
  });
});
