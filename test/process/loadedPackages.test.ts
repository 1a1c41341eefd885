import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { productionSettings, startServer, stopServers } from '../support/serverProcess.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';

/** Has a process write, when it ends, what it has loaded. */
const witness = `
const { writeFileSync } = require('node:fs');
const role = require('node:cluster').isPrimary ? 'primary' : 'worker';
// Node has undici, for fetch, in itself.
const ownUndici = () => process.moduleLoadList.filter((name) => name.endsWith('/deps/undici/undici'));
const names = () => [...Object.keys(require.cache), ...ownUndici().map(() => '/node_modules/undici')].join('\\n');
process.on('exit', () => writeFileSync(role + process.pid + '.loaded', names()));
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
    // The last three are what is brought along by what is left out.
    const useless = [
      'umzug',
      '@redis/client',
      'pino-pretty',
      '@opentelemetry/sdk-trace-base',
      'luxon',
      'busboy',
      'js-yaml',
    ];
    // pg looks for a `navigator`. Later versions of Node load it with node:http.
    if (process.version.startsWith('v20.')) useless.push('undici');
    for (const name of useless) {
      expect(new Set([...primary, ...worker]), 'either').not.to.include(name);
    }
  });
});

describe('A package that is left out', () => {
  it('says so to whoever asks it for something after all', async () => {
    const script = `
      import '${new URL('../../dist/core/unusedPackages.js', import.meta.url).href}';
      import { createRequire } from 'node:module';
      const require = createRequire('${import.meta.url}');
      for (const use of [(multer) => multer(), (multer) => multer.none()]) {
        try { use(require('multer')); } catch (error) { console.log(error.message); }
      }`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
    const message = 'The package multer is left out. If it is needed now, remove it from core/unusedPackages.ts.';
    expect(stdout).to.equal(`${message}\n${message}\n`);
  });
});
