import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import supertest from 'supertest';
import { serverFixture } from '../support/serverFixture.js';
import type { ServerProcess } from '../support/serverProcess.js';
import { until } from '../support/until.js';

type Line = Record<string, unknown>;

/** The levels that the processes have announced. */
function announced(server: ServerProcess): unknown[] {
  return server.lines('Log level').map((line) => line['log_level']);
}

function levelsOf(written: Line[]): unknown[] {
  return written.map(({ level }) => level);
}

describe('SIGUSR2', () => {
  const servers = serverFixture();
  let server: ServerProcess;

  /** What a request that is refused has written. */
  async function refused(): Promise<Line[]> {
    const requestId = randomUUID();
    await supertest(server.url).get('/nothing').set('X-Request-Id', requestId);
    const own = (): Line[] => server.lines().filter((line) => line['request_id'] === requestId);
    await until(async () => own().some(({ msg }) => msg === 'Request'));
    return own();
  }

  /** The levels of the lines that a refused request writes in each worker, by its number. */
  async function refusedByEach(workers: number): Promise<Map<unknown, unknown[]>> {
    const written = new Map<unknown, unknown[]>();
    return until(async () => {
      const own = await refused();
      written.set(own[0]?.['worker'], levelsOf(own));
      return written.size === workers && written;
    });
  }

  /** Resolves when so many processes have said that they log at another level. */
  async function switchLevel(processes: number): Promise<void> {
    const before = announced(server).length;
    process.kill(server.processId, 'SIGUSR2');
    await until(async () => announced(server).length === before + processes);
  }

  it('switches to debug, and back to LOG_LEVEL', async () => {
    server = await servers.start();
    expect(levelsOf(await refused())).to.deep.equal(['info']);
    await switchLevel(1);
    expect(levelsOf(await refused())).to.deep.equal(['debug', 'info']);
    await switchLevel(1);
    expect(levelsOf(await refused())).to.deep.equal(['info']);
    expect(announced(server)).to.deep.equal(['debug', 'info']);
  });

  it('switches workers too, and those that take the place of others', async () => {
    server = await servers.start({ WORKERS: '2' });
    await switchLevel(3);
    expect([...(await refusedByEach(2)).values()]).to.deep.equal([
      ['debug', 'info'],
      ['debug', 'info'],
    ]);

    const victim = server.lines('Worker ready')[0];
    process.kill(victim!['pid'] as number, 'SIGKILL');
    await until(async () => announced(server).length === 4);
    const others = await refusedByEach(2);
    expect(others.get(3)).to.deep.equal(['debug', 'info']);

    await switchLevel(3);
    expect([...(await refusedByEach(2)).values()]).to.deep.equal([['info'], ['info']]);
    expect(announced(server)).to.deep.equal([...Array<string>(4).fill('debug'), ...Array<string>(3).fill('info')]);
  });
});
