import { behindBetterAuth } from './behind.mjs';
import { figure, list, megabytes, number, percent, table } from './format.mjs';
import { goalsTable } from './goals.mjs';

/**
 * Everything that was measured, in Markdown.
 * @param {Record<string, string>} surroundings
 * @param {object} results by part
 */
export function report(surroundings, results) {
  const { get = [], refresh = [], signIn = [], signUp = [], latency, operations, users, start } = results;
  const compared = [...get, ...refresh, ...signIn, ...signUp];
  const sections = [
    Object.entries(surroundings).map(([name, value]) => `- ${name}: ${value}`),
    goalsTable(results),
    behindList(compared.flatMap(behindBetterAuth)),
    ...compared.map(comparisonTable),
    ...signIn.map(hashingTable),
    latency && latencyTable(latency),
    operations && selfTable(operations),
    users && selfTable(users),
    start && [`Starts, in seconds: ${list(start.times.map((milliseconds) => milliseconds / 1000))}.`],
  ];
  return ['# Benchmark', ...sections.filter((lines) => lines?.length > 0).flatMap((lines) => ['', ...lines])].join(
    '\n',
  );
}

function behindList(behind) {
  return behind.length > 0 ? [`Behind better-auth: ${behind.join('; ')}.`] : [];
}

function comparisonTable({ operation, atOnce, workers, sides, comparison }) {
  const row = ({ key, title }) => {
    const { perSecond, p50, p99, microseconds, busy, loadBusy, memory, wholeMemory, processes } =
      comparison.figures(key);
    const ofLimit = comparison.ratio('perSecond', key, 'limit');
    const cells = [figure(perSecond), number(ofLimit, 2), number(p50, 1), number(p99, 1), number(microseconds)];
    return [
      title,
      ...cells,
      percent(busy),
      percent(loadBusy),
      megabytes(memory),
      megabytes(wholeMemory),
      number(processes),
    ];
  };
  const pairs = sides
    .filter(({ who }) => who === 'ours')
    .map(({ key, title }) => {
      const byTime = list(comparison.ratios('microseconds', 'limit', key));
      return `${title}: ${list(comparison.ratios('perSecond', key, 'limit'))}, by processor time ${byTime}`;
    });
  return [
    ...table(
      [
        `${operation}, ${workers === 1 ? '1 worker' : `${workers} workers`}, ${atOnce} at once`,
        'a second',
        'of the limit',
        'p50 ms',
        'p99 ms',
        'processor us each',
        'of a core',
        'load generator, of a core',
        'MB a worker',
        'MB in all',
        'processes',
      ],
      sides.map(row),
    ),
    '',
    `Of the limit, pair by pair: ${pairs.join('; ')}.`,
  ];
}

function hashingTable({ workers, comparison }) {
  const ofBare = (key) =>
    `${list(comparison.ratios('perSecond', 'ours', key))}, by processor time ${list(comparison.ratios('microseconds', key, 'ours'))}`;
  return [
    ...table(
      [
        `hashes verified, without a server, beside ${workers === 1 ? '1 worker' : `${workers} workers`}`,
        'a second',
        'processor us each',
      ],
      [['the fastest package, @node-rs/bcrypt, in a thread for each processor', 'barePackage']].map(([title, key]) => {
        const { perSecond, microseconds } = comparison.figures(key);
        return [title, number(perSecond, 2), number(microseconds)];
      }),
    ),
    '',
    `Sign-ins of this server, of what the fastest package verifies, pair by pair: ${ofBare('barePackage')}.`,
  ];
}

function latencyTable({ connections, perSecond, signInsAtOnce, comparison }) {
  const row = (title, key) => {
    const { p50, p99 } = comparison.figures(key);
    return [title, number(p50, 2), number(p99, 2)];
  };
  return [
    ...table(
      [`GET, ${perSecond} a second, at most ${connections} connections`, 'p50 ms', 'p99 ms'],
      [row('nothing else', 'idle'), row(`during ${signInsAtOnce} sign-ins at a time`, 'busy')],
    ),
    '',
    `p99 pair by pair: ${list(comparison.ratios('p99', 'busy', 'idle'))}.`,
  ];
}

function selfTable({ what, titles, comparison }) {
  const row = (title) => {
    const { perSecond, p50, p99, microseconds, memory } = comparison.figures(title);
    return [title, figure(perSecond), number(p50, 1), number(p99, 1), number(microseconds), megabytes(memory)];
  };
  const [few, many] = titles;
  return [
    ...table(
      [`${what}, 1 worker`, 'a second', 'p50 ms', 'p99 ms', 'processor us each', 'MB a worker'],
      titles.map(row),
    ),
    '',
    `Pair by pair: ${list(comparison.ratios('perSecond', many, few))}.`,
  ];
}
