import { behindBetterAuth } from './behind.mjs';
import { number, table } from './format.mjs';

const megabyte = 1_000_000;

/**
 * What is asked of the server, and what came of it, for the parts that were measured. Ratios are of the same run: the
 * median of pairs.
 * @param {object} results by part
 */
export function goalsTable(results) {
  return table(
    ['goal', 'measured', 'wanted', ''],
    goalsOf(results).map(({ goal, value, atLeast, atMost, unit = '', digits = 2 }) => [
      goal,
      number(value, digits) + unit,
      atLeast === undefined ? `${number(atMost, digits)}${unit} or less` : `${number(atLeast, digits)}${unit} or more`,
      value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity) ? 'met' : 'NOT met',
    ]),
  );
}

function goalsOf({ get, refresh, signIn, signUp, latency, operations, users, start }) {
  const compared = [get, refresh, signIn, signUp].filter(Boolean).flat();
  return [
    ...(get ? getGoals(get) : []),
    ...(signIn ?? []).map(signInGoal),
    ...(latency ? [latencyGoal(latency)] : []),
    ...(operations ? [withinTenPercent(operations)] : []),
    ...(users ? [withinTenPercent(users)] : []),
    ...(compared.length > 0 ? [betterAuthGoal(compared), memoryGoal(compared)] : []),
    ...(start ? [{ goal: 'start to the first 200', value: start.median / 1000, atMost: 1.5, unit: ' s' }] : []),
  ];
}

function getGoals(runs) {
  const [{ comparison: one }] = runs;
  const ofLimit = (key) => one.ratio('perSecond', key, 'limit');
  return [
    { goal: 'GET, session fresh, 1 worker, of the limit', value: ofLimit('oursFresh'), atLeast: 1.2 },
    { goal: 'GET, session cached, 1 worker, of the limit', value: ofLimit('ours'), atLeast: 1.5 },
    ...runs.flatMap(({ workers, comparison }) =>
      ['oursFresh', 'ours'].map((key) => ({
        goal: `GET, session ${key === 'ours' ? 'cached' : 'fresh'}, ${workersOf(workers)}, of the better fastify`,
        value: Math.min(...['fastify', 'fastifyCache'].map((peer) => comparison.ratio('perSecond', key, peer))),
        atLeast: 1,
      })),
    ),
  ];
}

function signInGoal({ workers, comparison }) {
  return {
    goal: `sign-ins, ${workersOf(workers)}, of the bare hashing rate of the fastest package`,
    value: comparison.ratio('perSecond', 'ours', 'barePackage'),
    atLeast: 0.95,
  };
}

function latencyGoal({ comparison }) {
  const value = comparison.ratio('p99', 'busy', 'idle');
  return { goal: 'GET p99 during 20 sign-ins, of the idle p99', value, atMost: 2 };
}

function withinTenPercent({ titles: [few, many], comparison }) {
  const value = comparison.ratio('perSecond', many, few);
  return { goal: `GET with ${many}, of that with ${few}`, value, atLeast: 0.9 };
}

function betterAuthGoal(compared) {
  const behind = compared.flatMap(behindBetterAuth);
  return { goal: 'figures that are behind those of better-auth', value: behind.length, atMost: 0, digits: 0 };
}

function memoryGoal(compared) {
  const used = compared.flatMap(({ sides, comparison }) =>
    sides.filter(({ who }) => who === 'ours').map(({ key }) => comparison.figures(key).memory),
  );
  return {
    goal: 'memory of a worker under load',
    value: Math.max(...used) / megabyte,
    atMost: 150,
    unit: ' MB',
    digits: 0,
  };
}

function workersOf(count) {
  return count === 1 ? '1 worker' : `${count} workers`;
}
