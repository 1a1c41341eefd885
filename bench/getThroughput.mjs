import { inRounds } from './inRounds.mjs';
import { processorTime } from './processorTime.mjs';
import { median } from './statistics.mjs';

const connections = 64;

/**
 * Authenticated GETs as fast as they are answered, by the server and by the raw limit in turns, so that what else the
 * machine does meets both.
 * @param {object} setting
 * @param {import('./helper.mjs').Helper} setting.load
 * @param {{ server: object, limit: object }} setting.targets each with `url`, `pid` and perhaps `ownProcessorTime`
 * @param {string} setting.token
 * @param {{ warmUpSeconds: number, rounds: number, seconds: number, maxSeconds: number }} setting.plan
 */
export async function measureGetThroughput({ load, targets, token, plan }) {
  const run = (target, seconds) => measureOnce(load, target, token, seconds);
  await run(targets.server, plan.warmUpSeconds);
  await run(targets.limit, plan.warmUpSeconds);
  const rounds = await inRounds(plan, async () => ({
    server: await run(targets.server, plan.seconds),
    limit: await run(targets.limit, plan.seconds),
  }));
  return {
    connections,
    server: medians(rounds.map(({ server }) => server)),
    limit: medians(rounds.map(({ limit }) => limit)),
    ratios: rounds.map(({ server, limit }) => server.perSecond / limit.perSecond),
    processorRatios: rounds.map(({ server, limit }) => limit.microseconds / server.microseconds),
  };
}

async function measureOnce(load, { url, pid, ownProcessorTime }, token, seconds) {
  const read = () => Promise.all([processorTime(pid), processorTime(load.pid), ownProcessorTime?.() ?? NaN]);
  const before = await read();
  const start = performance.now();
  const headers = { authorization: `Bearer ${token}` };
  const { answers, ...rest } = await load.ask('full', { url, headers, connections, seconds });
  const elapsed = (performance.now() - start) * 1000;
  const [target, loading, own] = (await read()).map((time, index) => time - before[index]);
  return {
    ...rest,
    microseconds: target / answers,
    ownMicroseconds: own / answers,
    busy: target / elapsed,
    loadBusy: loading / elapsed,
  };
}

/** Of each figure, the median of all rounds. */
function medians(rounds) {
  const names = Object.keys(rounds[0]);
  return Object.fromEntries(names.map((name) => [name, median(rounds.map((round) => round[name]))]));
}
