/**
 * Keeps the server at half of what it can do for a while: it must answer everything, and need no more memory at the end
 * than after the first minute. Prints a table of its memory, in Markdown.
 *
 * Usage: node soak.mjs [--minutes=10]. Needs the built server in ../dist. Exits with 1 when a request fails, or when the
 * memory has grown by more than a tenth.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Account } from './account.mjs';
import { startDatabase } from './database.mjs';
import { list, megabytes, number, table } from './format.mjs';
import { Helper } from './helper.mjs';
import { startMailSink } from './mailSink.mjs';
import { processTree } from './processTree.mjs';
import { startRedis } from './redis.mjs';
import { commonSettings } from './settings.mjs';
import { Sides } from './sides/sides.mjs';
import { median } from './statistics.mjs';
import { surroundings } from './surroundings.mjs';
import { tell, untilDone } from './untilDone.mjs';

const workers = 2;
const people = 256;
const capacitySeconds = 20;
const growthMax = 1.1;
/** Memory goes up and down with what is collected: a minute's is the median of its last seconds. */
const lastSeconds = 20;

/** Looks at the memory of each process once a second until `isOver`, in bytes; NaN where that is not known. */
async function sampleMemory({ pid }, isOver) {
  const samples = [];
  while (!isOver()) {
    const tree = await processTree(pid);
    samples.push(Array.from({ length: 1 + workers }, (_, index) => tree[index]?.bytes ?? NaN));
    await delay(1000);
  }
  return samples;
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

async function oneMinute(load, side, perSecond) {
  let isOver = false;
  const sampling = sampleMemory(side, () => isOver);
  const result = await load.ask('mixedPaced', { seconds: 60, perSecond }).finally(() => (isOver = true));
  const samples = (await sampling).slice(-lastSeconds);
  const ofEach = samples[0].map((_, index) => median(samples.map((sample) => sample[index])));
  return { ...result, memory: median(samples.map(sum)), ofEach };
}

async function start(cleanup) {
  tell('starting PostgreSQL and the server');
  const settings = commonSettings({ logLevel: 'warning', smtpUrl: await startMailSink(cleanup) });
  const database = await startDatabase(cleanup);
  const redisUrl = await startRedis(cleanup, database.scratch);
  const about = surroundings({ database, redisUrl, settings });
  const sides = new Sides(cleanup, database, settings, redisUrl);
  const load = new Helper('load/load.mjs');
  cleanup.add(() => load.stop());
  const side = await sides.start('ours', workers);
  const account = new Account(side);
  await account.signUp();
  const asking = await sides.people(side, people);
  const refreshing = await sides.people(side, people);
  await load.ask('mix', {
    get: side.protocol.get(asking),
    refresh: side.protocol.refresh(refreshing.people.map(({ refreshToken }) => refreshToken)),
    signIn: account.signInRequest,
    signUp: account.signUpRequest,
  });
  return { load, side, about };
}

function assertAnswered({ failures, examples }) {
  if (failures > 0) throw new Error(`${failures} requests failed, such as ${examples.join('; ')}`);
}

async function soak(cleanup, minutes) {
  const { load, side, about } = await start(cleanup);
  tell('capacity');
  const capacity = await load.ask('mixedFull', { seconds: capacitySeconds });
  assertAnswered(capacity);
  const perSecond = Math.max(1, Math.round(capacity.perSecond / 2));
  const results = [];
  for (let minute = 1; minute <= minutes; minute += 1) {
    tell(`minute ${minute} of ${minutes}, ${perSecond} requests a second`);
    results.push(await oneMinute(load, side, perSecond));
  }
  const growth = results.at(-1).memory / results[0].memory;
  console.log(reportOf({ about, capacity, perSecond, results, growth }));
  return results.every(({ failures }) => failures === 0) && growth <= growthMax;
}

function reportOf({ about, capacity, perSecond, results, growth }) {
  const examples = results.flatMap((result) => result.examples).slice(0, 5);
  return [
    '# Soak',
    '',
    ...Object.entries(about).map(([name, value]) => `- ${name}: ${value}`),
    `- Workers: ${workers}`,
    `- Capacity with mixed work: ${number(capacity.perSecond)} requests a second; asked for: ${number(perSecond)}`,
    '',
    ...table(
      ['minute', 'requests answered', 'failed', 'memory of all processes, MB', 'of each, the primary first'],
      results.map(({ answers, failures, memory, ofEach }, index) => [
        index + 1,
        number(answers),
        number(failures),
        megabytes(memory),
        ofEach.map(megabytes).join(', '),
      ]),
    ),
    '',
    `Memory at the end, of that after the first minute: ${list([growth])} (at most ${growthMax}).`,
    ...(examples.length > 0 ? [`Failures, such as: ${examples.join('; ')}`] : []),
  ].join('\n');
}

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
const minutes = Number(values.minutes);
if (!Number.isInteger(minutes) || minutes < 2) throw new Error('--minutes: a whole number, 2 or more');

await untilDone((minutes + 5) * 60_000, (cleanup) => soak(cleanup, minutes));
