import { expect } from 'chai';
import { DatabaseReadOnlyError, DatabaseUnavailableError, NotReadyError } from '../../src/errors.js';
import { StatusService } from '../../src/services/statusService.js';

describe('readiness', () => {
  let now: number;
  let asked: number;
  /** Settles the question that the database was asked last. */
  let answer: (pending: string[]) => void;
  let fail: (error: Error) => void;
  let isDegraded: boolean;
  let status: StatusService;
  beforeEach(() => {
    [now, asked, isDegraded] = [0, 0, false];
    const ask = (): Promise<string[]> => {
      asked += 1;
      return new Promise((resolve, reject) => ([answer, fail] = [resolve, reject]));
    };
    status = new StatusService(
      ask,
      () => isDegraded,
      () => now,
    );
  });

  it('asks the database at most once a second, however many callers there are', async () => {
    for (let second = 1; second <= 3; second += 1) {
      const early = Array.from({ length: 50 }, () => status.readiness());
      answer([]);
      expect(await Promise.all(early)).to.deep.equal(Array(50).fill('ok'));
      now += 999;
      expect(await status.readiness()).to.equal('ok');
      expect(asked).to.equal(second);
      now += 1;
    }
  });

  it('does not ask again while the database has not answered', async () => {
    const first = status.readiness();
    now += 60_000;
    const second = status.readiness();
    answer(['one']);
    const errors = await Promise.all([first, second].map((each) => each.catch((error: unknown) => error)));
    for (const error of errors) expect(error).to.be.an.instanceOf(NotReadyError);
    expect(asked).to.equal(1);
  });

  it('does not wait long for a database that is silent, and asks again afterwards', async () => {
    const impatient = new StatusService(
      () => ((asked += 1), asked === 1 ? new Promise(() => undefined) : Promise.resolve([])),
      () => isDegraded,
      () => now,
      20,
    );
    const errors = [impatient.readiness(), impatient.readiness()].map((each) => each.catch((error: unknown) => error));
    for (const error of await Promise.all(errors)) expect(error).to.be.an.instanceOf(NotReadyError);
    now += 1000;
    expect(await impatient.readiness()).to.equal('ok');
  });

  it('repeats a failure for a second, and then notices that it is over', async () => {
    const first = status.readiness().catch((error: unknown) => error);
    fail(new Error('connection refused'));
    expect(await first).to.be.an.instanceOf(NotReadyError);
    now += 999;
    expect(await status.readiness().catch((error: unknown) => error)).to.equal(await first);
    now += 1;
    const next = status.readiness();
    answer([]);
    expect(await next).to.equal('ok');
  });

  it('tells a database that takes no writes from one that does not answer', async () => {
    for (const [error, message, rule] of [
      [new DatabaseReadOnlyError(), 'takes no writes', 'database_read_only'],
      [new DatabaseUnavailableError(), 'does not answer', 'database_unavailable'],
    ] as const) {
      const asking = status.readiness().catch((thrown: unknown) => thrown);
      fail(error);
      expect(await asking).to.have.deep.property('errors', [{ path: '/database', message, rule }]);
      now += 1000;
    }
  });

  it('notices at once that it is degraded', async () => {
    const first = status.readiness();
    answer([]);
    expect(await first).to.equal('ok');
    isDegraded = true;
    expect(await status.readiness()).to.equal('degraded');
    expect(asked).to.equal(1);
  });
});
