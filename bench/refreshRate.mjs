import { inRounds } from './inRounds.mjs';
import { median } from './statistics.mjs';

const chains = 10;

/**
 * Refreshes a second, by the server and by the raw limit in turns.
 * @param {object} setting
 * @param {import('./helper.mjs').Helper} setting.load
 * @param {import('./account.mjs').Account} setting.account
 * @param {string} setting.limitUrl
 * @param {{ rounds: number, seconds: number, maxSeconds: number }} setting.plan
 */
export async function measureRefreshRate({ load, account, limitUrl, plan }) {
  const sessions = await Promise.all(Array.from({ length: 2 * chains }, () => account.session()));
  const ids = sessions.slice(chains).map(({ session_id: id }) => id);
  const raw = { url: limitUrl, tokens: ids, seconds: plan.seconds };
  let tokens = sessions.slice(0, chains).map(({ refresh_token: token }) => token);
  const rounds = await inRounds(plan, async () => {
    const server = await load.ask('refresh', { url: account.refreshUrl, tokens, seconds: plan.seconds });
    tokens = server.tokens;
    const limit = await load.ask('refresh', raw);
    return { server: server.perSecond, limit: limit.perSecond };
  });
  return {
    chains,
    server: median(rounds.map(({ server }) => server)),
    limit: median(rounds.map(({ limit }) => limit)),
    ratios: rounds.map(({ server, limit }) => server / limit),
  };
}
