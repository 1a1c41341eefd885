/**
 * Measures the built server side by side with others on one PostgreSQL, and prints a table of its goals
 * (docs/performance.md). The exit code is 1 when a goal is missed or something fails.
 *
 * Usage: node bench.mjs [--quick] [--database <url>] [--only get,sign-in,...]
 *        node bench.mjs [--quick] [--database <url>] --get-only <folder of another built checkout>...
 */
import { availableParallelism, cpus } from 'node:os';
import { basename, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { bareHashesPerSecond } from './bareHashing.mjs';
import { assertSameAnswers, getsPerSecond, pacedGetP99, signInsPerSecond } from './load.mjs';
import { copyWithOperations } from './manyOperations.mjs';
import { fillWithUsers, signIn } from './people.mjs';
import { prepare } from './prepare.mjs';
import { inRounds, median, ratio, table } from './rounds.mjs';
import { processorMicroseconds, residentMegabytes } from './servers.mjs';

const threads = availableParallelism();
/** For each contender and round; no part begins a round after `maxSeconds`. */
const fullPlan = { rounds: 7, maxSeconds: 75, seconds: 3, warmUpSeconds: 7, signIns: 60, manyUsers: 1_000_000 };
const quickPlan = { rounds: 3, maxSeconds: 15, seconds: 2, warmUpSeconds: 2, signIns: 40, manyUsers: 20_000 };

/** Each resolves with goals: `value`, `atMost` or `atLeast`, and what the value is made of. They run in this order. */
const parts = { get, 'sign-in': signIns, latency, operations, users, memory, start };

/** Warms up servers of one database until V8 has optimised their code, and measures their GETs in turns. */
async function compareGets(sides, { tokens, plan }, measure) {
  await assertSameAnswers(Object.values(sides), tokens[0]);
  for (const side of Object.values(sides)) await getsPerSecond(side, tokens, plan.warmUpSeconds);
  const contenders = Object.entries(sides).map(([name, side]) => [name, () => measure(side)]);
  return inRounds(plan, Object.fromEntries(contenders));
}

/** With new processes in each round: V8 compiles the same code so differently that one may be slower by a third. */
async function get({ servers, tokens, plan }) {
  const sides = {
    api: () => servers.startApi(),
    fastify: () => servers.startPeer('fastify.mjs'),
    cached: () => servers.startPeer('fastify.mjs', { TOKEN_CACHE: 'on' }),
    raw: () => servers.startPeer('rawLimit.mjs'),
  };
  const started = await Promise.all(Object.values(sides).map((start) => start()));
  await assertSameAnswers(started, tokens[0]);
  await Promise.all(started.map((side) => side.stop()));
  const measure = async (start) => {
    const side = await start();
    await getsPerSecond(side, tokens, plan.warmUpSeconds);
    return getsPerSecond(side, tokens, plan.seconds).finally(side.stop);
  };
  const contenders = Object.entries(sides).map(([name, start]) => [name, () => measure(start)]);
  const rates = await inRounds({ ...plan, maxSeconds: 3 * plan.maxSeconds }, Object.fromEntries(contenders));
  return [
    { goal: 'GET, of fastify', atLeast: 1, ...compared(rates.api, rates.fastify) },
    { goal: 'GET, of fastify with its token cache', atLeast: 0.8, ...compared(rates.api, rates.cached) },
    { goal: 'GET, of the raw limit', ...compared(rates.api, rates.raw) },
  ];
}

async function signIns({ api, logins, plan, noteMemory }) {
  const rates = await inRounds(plan, {
    api: () => signInsPerSecond(api, logins, { amount: plan.signIns }, threads).finally(noteMemory),
    bare: () => bareHashesPerSecond(plan.signIns, threads),
  });
  return [{ goal: 'sign-ins, of the bare rate of bcrypt', atLeast: 0.95, ...compared(rates.api, rates.bare, '/s', 2) }];
}

async function latency({ api, logins, tokens, plan }) {
  const idle = () => pacedGetP99(api, tokens, { perSecond: 200, seconds: plan.seconds });
  const busy = async () => {
    const load = signInsPerSecond(api, logins, { duration: plan.seconds + 2 }, threads);
    const [, p99] = await Promise.all([load, delay(1000).then(idle)]);
    // Hashes wait in order: when as many more as there are threads are done, none of the load is left.
    await Promise.all(logins.slice(0, threads).map((login) => signIn(api, login)));
    return p99;
  };
  const p99s = await inRounds(plan, { idle, busy });
  return [{ goal: 'p99 of a GET during 20 sign-ins, of idle', atMost: 2, ...compared(p99s.busy, p99s.idle, ' ms', 1) }];
}

async function operations(bench) {
  const { servers, folder, tokens, plan } = bench;
  const few = await servers.startApi({ home: await copyWithOperations(folder, 10) });
  const many = await servers.startApi({ home: await copyWithOperations(folder, 100) });
  const rates = await compareGets({ few, many }, bench, (side) => getsPerSecond(side, tokens, plan.seconds));
  await Promise.all([few.stop(), many.stop()]);
  // Time is the inverse of the rate.
  return [{ goal: 'time of a GET, 100 operations, of 10', atMost: 1.1, ...compared(rates.few, rates.many) }];
}

async function users({ servers, createDatabase, tokens, issue, plan }) {
  const url = await createDatabase();
  const small = await servers.startApi();
  const large = await servers.startApi({ settings: { DATABASE_URL: url } });
  const sample = await fillWithUsers({ url, count: plan.manyUsers, sampleSize: tokens.length, issue });
  const few = () => getsPerSecond(small, tokens, plan.seconds);
  const many = () => getsPerSecond(large, sample, plan.seconds);
  await few().then(many);
  const rates = await inRounds(plan, { few, many });
  await Promise.all([small.stop(), large.stop()]);
  const goal = `time of a GET, ${plan.manyUsers.toLocaleString('en')} users, of 1,000`;
  return [{ goal, atMost: 1.1, ...compared(rates.few, rates.many) }];
}

async function memory({ api, tokens, plan, memories, noteMemory }) {
  await getsPerSecond(api, tokens, plan.seconds).finally(noteMemory);
  return [
    { goal: 'memory of a worker, MB', atMost: 180, value: Math.max(...memories), from: 'the most after any load' },
  ];
}

async function start({ servers, plan }) {
  const startOnce = async () => {
    const api = await servers.startApi();
    await api.stop();
    return api.startMs / 1000;
  };
  const { seconds } = await inRounds(plan, { seconds: startOnce });
  return [{ goal: 'start to the first 200, s', atMost: 3, value: median(seconds), from: `${seconds.length} starts` }];
}

function compared(some, others, unit = '/s', digits = 0) {
  return { value: ratio(some, others), from: `${figure(some, unit, digits)} by ${figure(others, unit, digits)}` };
}

function figure(numbers, unit, digits) {
  return median(numbers).toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }) + unit;
}

/** Measures the parts, and resolves with whether all goals are met. */
async function measureGoals(bench, names) {
  const goals = [];
  for (const name of names) {
    console.error(`... ${name}`);
    goals.push(...(await parts[name](bench)));
  }
  const isMet = ({ value, atLeast = -Infinity, atMost = Infinity }) => value >= atLeast && value <= atMost;
  const rows = goals.map((goal) => {
    const { atLeast, atMost } = goal;
    const wanted = atLeast ? `at least ${atLeast}` : atMost ? `at most ${atMost}` : 'no goal';
    const verdict = wanted === 'no goal' ? '' : isMet(goal) ? 'met' : 'NOT met';
    return [goal.goal, wanted, goal.value.toFixed(2), verdict, goal.from];
  });
  console.log(table(['what', 'goal', 'figure', '', 'medians'], rows));
  return goals.every(isMet);
}

/** Measures the GET of other checkouts beside that of this one, by processor time: other programs change that least. */
async function measureCheckouts(bench, folders) {
  const { servers, tokens, plan } = bench;
  const sides = { 'this checkout': await servers.startApi() };
  for (const folder of folders) sides[basename(folder)] = await servers.startApi({ home: resolve(folder) });
  const measure = async (side) => {
    const before = await processorMicroseconds(side.pid);
    const perSecond = await getsPerSecond(side, tokens, plan.seconds);
    return ((await processorMicroseconds(side.pid)) - before) / (perSecond * plan.seconds);
  };
  const times = await compareGets(sides, bench, measure);
  const own = times['this checkout'];
  const rows = Object.entries(times).map(([name, some]) => [name, figure(some, ' us', 0), ratio(some, own).toFixed(2)]);
  console.log(table(['checkout', 'processor time of a GET', 'of that of this checkout'], rows));
  return true;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    database: { type: 'string' },
    only: { type: 'string', default: Object.keys(parts).join() },
    'get-only': { type: 'boolean', default: false },
  },
});
const names = values.only.split(',');
const isUsage = names.every((name) => name in parts) && values['get-only'] === positionals.length > 0;
if (!isUsage) throw new Error('See the usage in bench/bench.mjs.');

const closers = [];
let ending;
const end = (code, reason) => (ending ??= close(reason).finally(() => process.exit(code)));
async function close(reason) {
  if (reason) console.error(reason);
  while (closers.length > 0) await closers.pop()().catch(console.error);
}
process.on('SIGINT', () => void end(130)).on('SIGTERM', () => void end(143));
setTimeout(() => void end(1, 'Not done in time.'), 10 * 60_000).unref();
try {
  const shared = await prepare(values.database, closers);
  const memories = [];
  const noteMemory = async () => void memories.push(await residentMegabytes(shared.api.pid));
  const bench = { ...shared, plan: values.quick ? quickPlan : fullPlan, memories, noteMemory };
  const isGood = await (values['get-only'] ? measureCheckouts(bench, positionals) : measureGoals(bench, names));
  console.log(`\n${cpus()[0]?.model}, Node.js ${process.version}, ${Math.ceil(performance.now() / 60_000)} minutes`);
  await end(isGood ? 0 : 1);
} catch (error) {
  await end(1, error);
}
