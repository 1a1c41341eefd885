import cluster from 'node:cluster';
import { expect } from 'chai';
import { OverloadedError } from '../../src/core/errors.js';
import type { Hashed } from '../../src/core/hashing/hashing.js';
import { hashForWorkers, PrimaryHashing } from '../../src/processes/primaryHashing.js';

/** Both ends of the pipe between a worker and the process that has started it, in one process. */
function joinEnds(): () => void {
  const worker = {
    id: 1,
    isConnected: () => true,
    send: (message: unknown) => process.emit('message', message as never, undefined as never),
  };
  const before = Object.getOwnPropertyDescriptor(process, 'send');
  process.send = (message: unknown) => cluster.emit('message', worker as never, message);
  return () => {
    delete process.send;
    if (before) Object.defineProperty(process, 'send', before);
  };
}

describe('A worker that has a password hashed by the process that has started it', () => {
  const listeners = { cluster: cluster.listeners('message'), process: process.listeners('message') };
  let separate: () => void;
  before(() => (separate = joinEnds()));
  afterEach(() => {
    for (const each of cluster.listeners('message').slice(listeners.cluster.length))
      cluster.off('message', each as never);
    for (const each of process.listeners('message').slice(listeners.process.length)) process.off('message', each);
  });
  after(() => separate());

  const hashed: Hashed = { value: '$2b$04$...', workMs: 1, engine: 'paired' };

  async function outcome(run: () => Promise<Hashed>): Promise<{ outcome: unknown; log: object[] }> {
    const log: object[] = [];
    hashForWorkers({ run, abandon: () => undefined }, { error: (line: object) => void log.push(line) } as never);
    const asked = new PrimaryHashing().run({ kind: 'hash', password: 'correct horse', cost: 4 });
    return { outcome: await asked.catch((error: unknown) => error), log };
  }

  it('gets what came of it', async () => {
    expect(await outcome(async () => hashed)).to.deep.equal({ outcome: hashed, log: [] });
  });

  it('hears that too many wait', async () => {
    const { outcome: error, log } = await outcome(() => Promise.reject(new OverloadedError()));
    expect(error).to.be.an.instanceOf(OverloadedError);
    expect(log).to.deep.equal([]);
  });

  it('fails where it could not be hashed, and that process logs why', async () => {
    const reason = new Error('The thread has ended.');
    const { outcome: error, log } = await outcome(() => Promise.reject(reason));
    expect(error).to.be.an('error').and.not.an.instanceOf(OverloadedError);
    expect(log).to.deep.equal([{ err: reason }]);
  });
});
