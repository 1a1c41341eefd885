import { mock } from 'node:test';

/** Runs work while the clock of this process, but not that of the database, is off by so much. It stands still meanwhile. */
export async function withClockOff(offsetMs: number, work: () => Promise<void>): Promise<void> {
  mock.timers.enable({ apis: ['Date'], now: Date.now() + offsetMs });
  try {
    await work();
  } finally {
    mock.timers.reset();
  }
}
