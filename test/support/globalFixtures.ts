import { startCluster } from './testDatabase.js';

let stopCluster: (() => Promise<void>) | undefined;

export async function mochaGlobalSetup(): Promise<void> {
  stopCluster = await startCluster();
}

export async function mochaGlobalTeardown(): Promise<void> {
  await stopCluster?.();
}
