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

  /** The lines that a request with a 404 writes. */
  async function refused(): Promise<Line[]> {
    const requestId = randomUUID();
    await supertest(server.url).get('/nothing').set('X-Request-Id', requestId);
    const own = (): Line[] => server.lines().filter((line) => line['request_id'] === requestId);
    await until(async () => own().some(({ msg }) => msg === 'Request'));
    return own();
  }

  /** The levels of those lines in each worker, by its number. */
  async function refusedByEach(workers: number): Promise<Map<unknown, unknown[]>> {
    const written = new Map<unknown, unknown[]>();
    return until(async () => {
      const own = await refused();
      written.set(own[0]?.['worker'], levelsOf(own));
      return written.size === workers && written;
    });
  }

  /** Switches the level, and resolves when this many processes have announced the new one. */
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

  it('switches workers too, and their replacements', async () => {
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
