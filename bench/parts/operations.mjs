import { compare } from '../compare.mjs';
import { measure } from '../measure.mjs';
import { projectWithOperations } from '../projectWithOperations.mjs';

const connections = 64;
const counts = [10, 100];

/**
 * The same GET on this server with few and with many operations in its description.
 * @param {import('../bench.mjs').Bench} bench
 */
export async function measureOperations({ sides, database, load, plan }) {
  const contenders = {};
  const stops = [];
  for (const count of counts) {
    const home = await projectWithOperations(database.scratch, count);
    const side = await sides.startOurs({ home, title: `${count} operations` });
    stops.push(side.stop);
    const people = await sides.people(side, connections);
    const request = { ...side.protocol.get(people), connections };
    const run = (seconds, leadIn) => measure(load, side, 'full', { ...request, seconds, leadIn });
    await run(plan.operations.warmUpSeconds);
    contenders[side.title] = () => run(plan.operations.seconds, plan.operations.leadIn);
  }
  const comparison = await compare(plan.operations, contenders);
  await Promise.all(stops.map((stop) => stop()));
  return { what: 'GET', titles: Object.keys(contenders), comparison };
}
