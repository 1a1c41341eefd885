import { expect } from 'chai';
import { productionSettings, startServer, stopServers, type ServerProcess } from '../support/serverProcess.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { until } from '../support/until.js';
import { signInAt, signUpAt } from '../support/visitor.js';

/** Signals that mean nothing to a server; here each makes a process fail as a mistake in its code would. */
const failures = `
  process.on('SIGWINCH', () => { throw new Error('nobody caught this'); });
  process.on('SIGURG', () => void Promise.reject(new Error('nobody handled this')));
`;

type Line = Record<string, unknown>;

function linesOf(server: ServerProcess): Line[] {
  return server
    .output()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

/** What the log says of each failure: which process, and why. */
function fatal(server: ServerProcess): unknown[] {
  return linesOf(server)
    .filter(({ level }) => level === 'critical')
    .map(({ worker, msg, err }) => [worker, msg, (err as Error).message]);
}

describe('A server that fails unexpectedly', () => {
  let database: TestDatabase;
  before(async () => (database = await createTestDatabase()));
  after(() => database.drop());
  afterEach(stopServers);
  afterEach(removeTemporaryFolders);

  async function start(settings: Record<string, string>): Promise<ServerProcess> {
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(failures)}`;
    const all = { ...productionSettings(database.url), NODE_OPTIONS, ...settings };
    return startServer({ folder: await temporaryFolder(), settings: all });
  }

  it('says why, stops in good order and exits with 1', async () => {
    const server = await start({});
    expect(await server.stop('SIGWINCH')).to.equal(1);
    expect(fatal(server)).to.deep.equal([[undefined, 'Unexpected failure; stopping', 'nobody caught this']]);
    expect(linesOf(server).at(-1)).to.include({ msg: 'Stopped' });
  });

  it('replaces a worker that has failed, and takes all of them along where it fails itself', async () => {
    const server = await start({ WORKERS: '2' });
    const said = (message: string): Line[] => linesOf(server).filter(({ msg }) => msg === message);
    const { worker, pid } = said('Worker ready')[0]!;
    process.kill(Number(pid), 'SIGURG');
    await until(async () => said('Worker ready').length === 3);
    expect(said('A worker died and is replaced')[0]).to.include({ code: 1, signal: null });
    await signInAt(server.url, await signUpAt(server.url));

    expect(await server.stop('SIGURG')).to.equal(1);
    const why = ['Unexpected failure; stopping', 'nobody handled this'];
    expect(fatal(server)).to.deep.equal([
      [worker, ...why],
      [undefined, ...why],
    ]);
    expect(said('Stopped').map(({ worker }) => worker)).to.have.members([1, 2, 3, undefined]);
  });
});
