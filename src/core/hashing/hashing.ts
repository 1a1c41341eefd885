import type { HashTask } from './passwordHashWorker.cjs';

/** What came of one task, how long its thread took in milliseconds, and by which engine. */
export interface Hashed {
  value: string | boolean;
  workMs: number;
  engine: string;
}

/** Whoever does the work of hashing passwords: threads of this process, or those of another. */
export interface Hashing {
  /** @throws OverloadedError when too many wait already */
  run(task: HashTask): Promise<Hashed>;
}
