import { compare } from '../compare.mjs';
import { fillWithPeople } from '../crowd.mjs';
import { measure } from '../measure.mjs';
import { bearerHeaders } from '../sides/ourProtocol.mjs';

const connections = 64;
/** As many as the smallest crowd has: where fewer ask, more of them ask twice at once, which is one look-up. */
const sampleSize = 1000;
/** Each request reads its session: the cache would not let the database be seen. */
const settings = { SESSION_CACHE_SECONDS: '0' };

/**
 * The same GET with few and with many people in the database, of whom some, drawn by lot, ask.
 * @param {import('../bench.mjs').Bench} bench
 */
export async function measureUsers({ sides, database, load, plan }) {
  const contenders = {};
  const stops = [];
  for (const count of plan.users.counts) {
    const url = await database.create(`users_${count}`);
    const title = `${count.toLocaleString('en')} users`;
    const side = await sides.startOurs({ settings: { ...settings, DATABASE_URL: url }, title });
    stops.push(side.stop);
    const tokens = await fillWithPeople({ url, secret: sides.secret, count, sampleSize });
    const request = { ...side.protocol.get({ headersList: bearerHeaders(tokens) }), connections };
    const run = (seconds, leadIn) => measure(load, side, 'full', { ...request, seconds, leadIn });
    await run(plan.users.warmUpSeconds);
    contenders[title] = () => run(plan.users.seconds, plan.users.leadIn);
  }
  const comparison = await compare(plan.users, contenders);
  await Promise.all(stops.map((stop) => stop()));
  return { what: 'GET', titles: Object.keys(contenders), comparison };
}
