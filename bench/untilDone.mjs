import { Cleanup } from './cleanup.mjs';

/**
 * Does the work of a program, cleans up whatever its end is, and ends the process: with 0, with 1 when the work fails or
 * is not done in time, and with 128 and its number after a signal.
 * @param {number} limitMs
 * @param {(cleanup: Cleanup) => Promise<boolean>} work resolves with whether all is well
 */
export async function untilDone(limitMs, work) {
  const cleanup = new Cleanup();
  const end = async (exitCode) => {
    await cleanup.run();
    process.exit(exitCode);
  };
  process.on('SIGINT', () => void end(130));
  process.on('SIGTERM', () => void end(143));
  setTimeout(() => {
    console.error(`Not done after ${limitMs / 1000} s.`);
    void end(1);
  }, limitMs).unref();
  try {
    await end((await work(cleanup)) ? 0 : 1);
  } catch (error) {
    // What is being stopped fails; that is no news.
    if (!cleanup.hasStarted) console.error('Failed:', error);
    await end(1);
  }
}

/** Standard output is for the report alone. */
export function tell(text) {
  console.error(`... ${text}`);
}
