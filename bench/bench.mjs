/**
 * Measures the server against what its machine and its database allow, all in one run and on one PostgreSQL, and prints
 * a report in Markdown. Absolute figures drift from machine to machine and from hour to hour; the ratios are what counts.
 *
 * Usage: node bench.mjs [--quick] [--log-level=info]. Needs the built server in ../dist.
 */
import { randomBytes } from 'node:crypto';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { Account } from './account.mjs';
import { Cleanup } from './cleanup.mjs';
import { startDatabase } from './database.mjs';
import { measureGetLatency } from './getLatency.mjs';
import { measureGetThroughput } from './getThroughput.mjs';
import { Helper } from './helper.mjs';
import { fullPlan, quickPlan } from './plan.mjs';
import { measureRefreshRate } from './refreshRate.mjs';
import { report } from './report.mjs';
import { startServer } from './server.mjs';
import { measureSignInRate } from './signInRate.mjs';

const timeLimitMs = 280_000;
const path = '/api/v1/users/me';
const threads = availableParallelism();

/** What every side of a comparison has in common. */
const settings = {
  SECRET_KEY: randomBytes(48).toString('base64url'),
  DATABASE_POOL_MAX: '10',
  BCRYPT_COST: '12',
  HASH_THREADS: String(threads),
  HASH_QUEUE_MAX: '200',
  // Many sign in at once with one account here.
  SIGN_IN_FAILURES_MAX: '1000000',
  SIGN_IN_ADDRESS_FAILURES_MAX: '1000000',
  // Nobody listens there: what the bench signs up gets no mail.
  SMTP_URL: 'smtp://127.0.0.1:1',
  MAIL_FROM: 'bench@localhost',
  FRONTEND_URL: 'http://localhost:3000',
  // Requests are counted as in production, but nobody is refused.
  RATE_LIMIT_FACTOR: '1000000',
};

async function bench(cleanup, plan, logLevel) {
  const [loadBefore] = loadavg();
  tell('starting PostgreSQL, the server and the limit');
  const database = await startDatabase(cleanup);
  const start = (script, env) => {
    const helper = new Helper(script, env);
    cleanup.add(() => helper.stop());
    return helper;
  };
  const allSettings = { ...settings, DATABASE_URL: database.url, LOG_LEVEL: logLevel };
  const server = await startServer(cleanup, { folder: database.scratch, settings: allSettings });
  const limit = start('rawLimit.mjs', allSettings);
  const [load, signInLoad, hashing] = [start('load.mjs'), start('load.mjs'), start('hashing.mjs', settings)];

  const account = new Account(server.url);
  await account.signUp();
  const token = await account.signIn();
  const targets = {
    server: { url: server.url + path, pid: server.pid },
    limit: {
      url: (await limit.ask('listen')) + path,
      pid: limit.pid,
      ownProcessorTime: () => limit.ask('processorTime'),
    },
  };
  await assertSameAnswer(targets, token);

  tell('GET throughput');
  const throughput = await measureGetThroughput({ load, targets, token, plan: plan.throughput });
  tell('refreshes');
  const limitUrl = new URL('/auth/refresh', targets.limit.url).href;
  const refreshes = await measureRefreshRate({ load, account, limitUrl, plan: plan.refreshes });
  tell('sign-ins');
  const signIns = await measureSignInRate({ load, hashing, account, threads, plan: plan.signIns });
  tell('GET latency during sign-ins');
  const { url } = targets.server;
  const latency = await measureGetLatency({ load, signInLoad, url, token, account, threads, plan: plan.latency });
  await assertSameAnswer(targets, token);
  return {
    surroundings: { ...surroundings(database, loadBefore), Logs: logLevel },
    throughput,
    refreshes,
    signIns,
    latency,
  };
}

/** Both must give the same answer for a comparison to mean anything. */
async function assertSameAnswer({ server, limit }, token) {
  const [ours, raw] = await Promise.all([server, limit].map(({ url }) => textOf(url, token)));
  if (ours !== raw) throw new Error(`The answers differ: ${ours} and ${raw}`);
}

async function textOf(url, token) {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${text}`);
  return text;
}

function surroundings({ version }, load) {
  return {
    Date: new Date().toISOString(),
    'Node.js': `${process.version}, ${process.platform} ${process.arch}`,
    Processor: `${threads} x ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    'Load average of the machine before': load.toFixed(2),
    PostgreSQL: version,
    Hashing: `bcrypt cost ${settings.BCRYPT_COST}, ${settings.HASH_THREADS} threads`,
  };
}

/** Standard output is for the report alone. */
function tell(text) {
  console.error(`... ${text}`);
}

async function main() {
  const { values } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, 'log-level': { type: 'string', default: 'warning' } },
  });
  const cleanup = new Cleanup();
  const end = async (exitCode) => {
    await cleanup.run();
    process.exit(exitCode);
  };
  process.on('SIGINT', () => void end(130));
  process.on('SIGTERM', () => void end(143));
  const tooLong = setTimeout(() => {
    console.error(`The benchmark is not done after ${timeLimitMs / 1000} s.`);
    void end(1);
  }, timeLimitMs);
  try {
    console.log(report(await bench(cleanup, values.quick ? quickPlan : fullPlan, values['log-level'])));
    await end(0);
  } catch (error) {
    // What is being stopped fails; that is no news.
    if (!cleanup.hasStarted) console.error('The benchmark failed:', error);
    await end(1);
  } finally {
    clearTimeout(tooLong);
  }
}

await main();
