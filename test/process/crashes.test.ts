import { expect } from 'chai';
import { serverFixture } from '../support/serverFixture.js';
import type { ServerProcess } from '../support/serverProcess.js';
import { until } from '../support/until.js';
import { signInAt, signUpAt } from '../support/visitor.js';

/** Makes signals that have no meaning for a server cause failures, as a bug would. */
const failures = `
  process.on('SIGWINCH', () => { throw new Error('nobody caught this'); });
  process.on('SIGURG', () => void Promise.reject(new Error('nobody handled this')));
`;

/** The process and the reason of each failure, as in the log. */
function fatal(server: ServerProcess): unknown[] {
  return server
    .lines()
    .filter(({ level }) => level === 'critical')
    .map(({ worker, msg, err }) => [worker, msg, (err as Error).message]);
}

describe('A server that fails unexpectedly', () => {
  const servers = serverFixture();
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(failures)}`;

  it('logs the reason, shuts down gracefully and exits with 1', async () => {
    const server = await servers.start({ NODE_OPTIONS });
    expect(await server.stop('SIGWINCH')).to.equal(1);
    expect(fatal(server)).to.deep.equal([[undefined, 'Unexpected failure; stopping', 'nobody caught this']]);
    expect(server.lines().at(-1)).to.include({ msg: 'Stopped' });
  });

  it('replaces a worker that fails, and stops all workers when the primary process fails', async () => {
    const server = await servers.start({ NODE_OPTIONS, WORKERS: '2' });
    const { worker, pid } = server.lines('Worker ready')[0]!;
    process.kill(Number(pid), 'SIGURG');
    await until(async () => server.lines('Worker ready').length === 3);
    expect(server.lines('A worker died and is replaced')[0]).to.include({ code: 1, signal: null });
    await signInAt(server.url, await signUpAt(server.url));

    expect(await server.stop('SIGURG')).to.equal(1);
    const why = ['Unexpected failure; stopping', 'nobody handled this'];
    expect(fatal(server)).to.deep.equal([
      [worker, ...why],
      [undefined, ...why],
    ]);
    expect(server.lines('Stopped').map(({ worker }) => worker)).to.have.members([1, 2, 3, undefined]);
  });
});
