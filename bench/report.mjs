import { median } from './statistics.mjs';

const goals = { throughput: 0.6, signIns: 0.9, latency: 3 };

const number = (value, digits) =>
  Number.isNaN(value)
    ? '-'
    : value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const percent = (value) => (Number.isNaN(value) ? '-' : `${number(value * 100, 0)} %`);
const range = (values) => values.map((value) => number(value, 2)).join(', ');
const verdict = (met) => (met ? 'met' : 'NOT met');

/**
 * Everything that was measured, in Markdown.
 * @param {{ surroundings: Record<string, string>, throughput: object, refreshes: object, signIns: object, latency: object }} results
 */
export function report({ surroundings, throughput, refreshes, signIns, latency }) {
  return [
    '# Benchmark',
    '',
    ...Object.entries(surroundings).map(([name, value]) => `- ${name}: ${value}`),
    '',
    ...goalsTable({ throughput, signIns, latency }),
    '',
    ...throughputTable(throughput),
    '',
    ...refreshTable(refreshes),
    '',
    ...signInTable(signIns),
    '',
    ...latencyTable(latency),
  ].join('\n');
}

function goalsTable({ throughput, signIns, latency }) {
  const [get, signIn, wait] = [throughput, signIns, latency].map(({ ratios }) => median(ratios));
  return [
    '| goal | measured | wanted | |',
    '|---|---|---|---|',
    `| GET throughput, of the limit | ${number(get, 3)} | ${number(goals.throughput, 2)} or more | ${verdict(get >= goals.throughput)} |`,
    `| sign-ins, of the hashing rate | ${number(signIn, 3)} | ${number(goals.signIns, 2)} or more | ${verdict(signIn >= goals.signIns)} |`,
    `| GET p99 during sign-ins, of the idle p99 | ${number(wait, 3)} | ${number(goals.latency, 2)} or less | ${verdict(wait <= goals.latency)} |`,
  ];
}

function throughputTable({ connections, server, limit, ratios, processorRatios }) {
  const row = (name, target) =>
    `| ${name} | ${number(target.perSecond, 0)} | ${number(target.p50, 1)} | ${number(target.p99, 1)} | ${number(target.microseconds, 0)} | ${percent(target.busy)} | ${percent(target.loadBusy)} |`;
  return [
    `| authenticated GET, ${connections} connections | req/s | p50 ms | p99 ms | processor us a request | of a core | load generator, of a core |`,
    '|---|---|---|---|---|---|---|',
    row('the server', server),
    row('the limit: raw node:http, HS256, one query', limit),
    '',
    `Of the limit, pair by pair: ${range(ratios)}. By processor time: ${range(processorRatios)}.`,
    `The limit counts ${number(limit.ownMicroseconds, 0)} us a request itself.`,
  ];
}

function refreshTable({ chains, server, limit, ratios }) {
  return [
    `| refreshes, ${chains} sessions, each as fast as it is answered | a second |`,
    '|---|---|',
    `| the server | ${number(server, 0)} |`,
    `| the limit: raw node:http, one query, one update, HS256 | ${number(limit, 0)} |`,
    '',
    `Of the limit, pair by pair: ${range(ratios)}.`,
  ];
}

function signInTable({ atOnce, signIns, hashes, ratios }) {
  return [
    `| ${atOnce} at a time | a second |`,
    '|---|---|',
    `| sign-ins | ${number(signIns, 2)} |`,
    `| hashes that the same threads verify, without a server | ${number(hashes, 2)} |`,
    '',
    `Pair by pair: ${range(ratios)}.`,
  ];
}

function latencyTable({ connections, perSecond, signInsAtOnce, idle, busy, ratios }) {
  return [
    `| GET, ${perSecond} a second, at most ${connections} connections | p50 ms | p99 ms |`,
    '|---|---|---|',
    `| nothing else | ${number(idle.p50, 2)} | ${number(idle.p99, 2)} |`,
    `| during ${signInsAtOnce} sign-ins at a time | ${number(busy.p50, 2)} | ${number(busy.p99, 2)} |`,
    '',
    `p99 pair by pair: ${range(ratios)}.`,
  ];
}
