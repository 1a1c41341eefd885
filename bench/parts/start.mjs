import { inRounds } from '../inRounds.mjs';
import { median } from '../statistics.mjs';

/**
 * How long it takes from the start of this server, on a database that has its tables, to the first answer 200.
 * @param {import('../bench.mjs').Bench} bench
 */
export async function measureStart({ sides, plan }) {
  const start = async () => {
    const { stop, milliseconds } = await sides.start('ours', 1);
    await stop();
    return milliseconds;
  };
  await start();
  const times = await inRounds(plan.start, start);
  return { median: median(times), times };
}
