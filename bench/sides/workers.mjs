import cluster from 'node:cluster';
import { once } from 'node:events';

/**
 * Runs a server of a comparison in as many processes as WORKERS says, at PORT, and tells the parent process when all of
 * them listen. It ends with its parent.
 * @param {(port: number) => Promise<unknown>} listen resolves when the server listens at 127.0.0.1
 */
export async function runWorkers(listen) {
  const { WORKERS, PORT } = process.env;
  if (cluster.isWorker) return void (await listen(Number(PORT)));
  process.on('disconnect', () => process.exit());
  if (Number(WORKERS) === 1) await listen(Number(PORT));
  else await forkAll(Number(WORKERS));
  process.send('listening');
}

async function forkAll(count) {
  const workers = Array.from({ length: count }, () => cluster.fork());
  cluster.on('exit', (_worker, code, signal) => {
    console.error(`A worker ended with ${code ?? signal}.`);
    process.exit(1);
  });
  await Promise.all(workers.map((worker) => once(worker, 'listening')));
}
