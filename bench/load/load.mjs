/** Makes load, in a process of its own so that it does not run in the server's. */
import { countedLoad } from './countedLoad.mjs';
import { fullLoad } from './fullLoad.mjs';
import { obey } from '../obey.mjs';
import { MixedLoad } from './mixedLoad.mjs';
import { pacedLoad } from './pacedLoad.mjs';
import { refreshLoad } from './refreshLoad.mjs';
import { percentile } from '../statistics.mjs';

/** What is left of many latencies: few enough to be sent to another process. */
function summary({ latencies, ...rest }) {
  return { ...rest, p50: percentile(latencies, 50), p99: percentile(latencies, 99) };
}

let mixed;

obey({
  mix: (options) => void (mixed = new MixedLoad(options)),
  mixedFull: (options) => mixed.full(options),
  mixedPaced: (options) => mixed.paced(options),
  refresh: async (options) => summary(await refreshLoad(options)),
  full: async (options) => summary(await fullLoad(options)),
  counted: async (options) => summary(await countedLoad(options)),
  paced: async (options) => summary(await pacedLoad(options)),
});
