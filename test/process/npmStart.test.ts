import { existsSync } from 'node:fs';
import { appendFile, cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import supertest from 'supertest';
import { listen } from '../support/listen.js';
import { copySources } from '../support/projectCopy.js';
import { runProgram, type Outcome } from '../support/runProgram.js';
import { serverFixture } from '../support/serverFixture.js';
import { failedStart, startServer, type ServerProcess } from '../support/serverProcess.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const command = ['npm', 'start'] as const;

describe('npm start', () => {
  const servers = serverFixture({ isShared: true });
  let folder: string;
  before(async () => copySources((folder = await temporaryFolder())));

  const settings = (): Record<string, string> => ({ DATABASE_URL: servers.database.url });
  const start = (): Promise<ServerProcess> => startServer({ folder, settings: settings(), command: [...command] });
  const inDist = (file: string): string => join(folder, 'dist', file);

  it('checks the settings before it builds, and suggests what a typing error may mean', async () => {
    await writeFile(join(folder, '.env'), 'PROT=8001\nCORS_ORIGIN=["http://localhost:3000"]\n');
    const { exitCode, output } = await failedStart({ folder, settings: settings(), command: [...command] });
    await rm(join(folder, '.env'));
    expect(exitCode, output).to.equal(1);
    expect(output)
      .to.contain('Checking the settings')
      .and.to.contain('PROT: unknown setting in .env; did you mean PORT?')
      .and.to.contain('CORS_ORIGIN: unknown setting in .env; did you mean CORS_ORIGINS?')
      .and.not.to.contain('Building');
    expect(existsSync(inDist(''))).to.equal(false);
  });

  it('checks the port before it builds', async () => {
    const occupant = createServer();
    const port = String(await listen(occupant));
    const outcome = failedStart({ folder, settings: { ...settings(), PORT: port }, command: [...command] });
    const { exitCode, output } = await outcome.finally(() => occupant.close());
    expect(exitCode, output).to.equal(1);
    expect(output).to.contain(`HOST, PORT: cannot listen (listen EADDRINUSE`).and.not.to.contain('Building');
    expect(existsSync(inDist(''))).to.equal(false);
  });

  it('builds, and says so before', async () => {
    const server = await start();
    expect(server.output()).to.match(/Checking the settings [^]*Building \.\.\.\n[^]*API http/);
    expect((await supertest(server.url).get('/health/ready')).status).to.equal(200);
    await server.stop();
  });

  it('builds nothing when nothing has changed, and then needs no development packages', async () => {
    const production = await temporaryFolder();
    await copySources(production, false);
    await cp(inDist(''), join(production, 'dist'), { recursive: true });
    const server = await startServer({ folder: production, settings: settings(), command: [...command] });
    expect(server.output()).not.to.match(/Checking|Building/);
    await server.stop();

    await appendFile(join(production, 'src', 'startError.ts'), '// changed\n');
    const { exitCode, output } = await failedStart({ folder: production, settings: settings(), command: [...command] });
    expect(exitCode, output).to.equal(1);
    expect(output).to.contain('Building needs the development packages. Install them: npm ci');
  });

  it('builds what has changed, without what is gone', async () => {
    const build = (): Promise<Outcome> => runProgram('npm', ['run', '--silent', 'build'], { cwd: folder });
    const gone = join(folder, 'src', 'db', 'migrations', '20300101000000-gone.cjs');
    await appendFile(join(folder, 'src', 'startError.ts'), 'export const isChanged = true;\n');
    await writeFile(gone, 'module.exports = {};\n');
    expect(await build()).to.deep.include({ code: 0, stdout: '', stderr: 'Building what has changed ...\n' });
    expect(await readFile(inDist('startError.js'), 'utf8')).to.contain('isChanged = true');
    expect(existsSync(inDist('db/migrations/20300101000000-gone.cjs'))).to.equal(true);

    // Else it would still be applied.
    await rm(gone);
    await build();
    expect(existsSync(inDist('db/migrations/20300101000000-gone.cjs'))).to.equal(false);
    expect(existsSync(inDist('server.js'))).to.equal(true);
  });

  it('builds again what has been deleted of a build', async () => {
    for (const file of await readdir(inDist(''))) {
      // As `rm -r dist/*` does it.
      if (!file.startsWith('.')) await rm(inDist(file), { recursive: true });
    }
    await (await start()).stop();
  });

  it('builds again after a build that failed', async () => {
    const file = join(folder, 'src', 'startError.ts');
    const sound = await readFile(file, 'utf8');
    await writeFile(file, `${sound}export const number: number = 'text';\n`);
    for (const attempt of [1, 2]) {
      const { exitCode, output } = await failedStart({ folder, settings: settings(), command: [...command] });
      expect(exitCode, `${attempt}: ${output}`).to.equal(1);
      expect(output).to.contain('src/startError.ts').and.to.contain('error TS2322');
    }
    await writeFile(file, sound);
    await (await start()).stop();
  });
});
