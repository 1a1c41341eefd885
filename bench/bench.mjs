/**
 * Measures the server against what its machine and its database allow, and against its peers, all in one run and on one
 * PostgreSQL, and prints a report in Markdown. Absolute figures drift from machine to machine and from hour to hour; the
 * ratios are what counts.
 *
 * Usage: node bench.mjs [--quick] [--log-level=info] [--only=get,refresh,...]. Needs the built server in ../dist.
 */
import { parseArgs } from 'node:util';
import { startDatabase } from './database.mjs';
import { Helper } from './helper.mjs';
import { startMailSink } from './mailSink.mjs';
import { measureGet } from './parts/get.mjs';
import { measureLatency } from './parts/latency.mjs';
import { measureOperations } from './parts/operations.mjs';
import { measureSignIn, measureSignUp } from './parts/passwords.mjs';
import { measureRefresh } from './parts/refresh.mjs';
import { measureStart } from './parts/start.mjs';
import { measureUsers } from './parts/users.mjs';
import { fullPlan, quickPlan } from './plan.mjs';
import { startRedis } from './redis.mjs';
import { report } from './report.mjs';
import { commonSettings } from './settings.mjs';
import { Sides } from './sides/sides.mjs';
import { surroundings } from './surroundings.mjs';
import { tell, untilDone } from './untilDone.mjs';

/** A full run is planned for 30 minutes (plan.mjs); a slow or busy machine needs longer. */
const timeLimitMs = 60 * 60_000;

/** In this order; those with `workers` in the plan, once for each number of them. */
const parts = {
  get: measureGet,
  refresh: measureRefresh,
  'sign-in': measureSignIn,
  'sign-up': measureSignUp,
  latency: measureLatency,
  operations: measureOperations,
  users: measureUsers,
  start: measureStart,
};
/** What the plan calls them. */
const planNames = { 'sign-in': 'signIn', 'sign-up': 'signUp' };

/**
 * What a part works with.
 * @typedef {object} Bench
 * @property {Sides} sides
 * @property {import('./database.mjs').Database} database
 * @property {Helper} load
 * @property {Helper} signInLoad
 * @property {Helper} bareHashing
 * @property {typeof fullPlan} plan
 */

async function prepare(cleanup, plan, logLevel) {
  tell('starting PostgreSQL');
  const settings = commonSettings({ logLevel, smtpUrl: await startMailSink(cleanup) });
  const database = await startDatabase(cleanup);
  const redisUrl = await startRedis(cleanup, database.scratch);
  const help = (script, env) => {
    const helper = new Helper(script, env);
    cleanup.add(() => helper.stop());
    return helper;
  };
  const bench = {
    plan,
    database,
    sides: new Sides(cleanup, database, settings, redisUrl),
    load: help('load/load.mjs'),
    signInLoad: help('load/load.mjs'),
    bareHashing: help('hashing/bareHashing.mjs', settings),
  };
  return { bench, about: surroundings({ database, redisUrl, settings }) };
}

async function run(bench, names) {
  const results = {};
  for (const name of names) {
    const key = planNames[name] ?? name;
    const { workers } = bench.plan[key];
    if (workers) results[key] = await eachOf(workers, name, (count) => parts[name](bench, count));
    else [results[key]] = await eachOf([1], name, () => parts[name](bench));
  }
  return results;
}

async function eachOf(workers, name, measure) {
  const results = [];
  for (const count of workers) {
    tell(`${name}, ${count} ${count === 1 ? 'worker' : 'workers'}`);
    results.push(await measure(count));
  }
  return results;
}

/** @throws for a part that there is not */
function partsOf(only) {
  const names = only?.split(',') ?? Object.keys(parts);
  const unknown = names.filter((name) => !(name in parts));
  if (unknown.length > 0) throw new Error(`--only: choose from ${Object.keys(parts).join(', ')}, not ${unknown}`);
  return names;
}

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    'log-level': { type: 'string', default: 'warning' },
    only: { type: 'string' },
  },
});
const names = partsOf(values.only);

await untilDone(timeLimitMs, async (cleanup) => {
  const start = performance.now();
  const { bench, about } = await prepare(cleanup, values.quick ? quickPlan : fullPlan, values['log-level']);
  const results = await run(bench, names);
  const minutes = (performance.now() - start) / 60_000;
  console.log(report({ ...about, Duration: `${minutes.toFixed(1)} minutes` }, results));
  return true;
});
