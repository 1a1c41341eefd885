import { processorTime, processTree, wholeMemory, workerMemory } from './processTree.mjs';

/**
 * One load on one side, and what it took.
 * @param {import('./helper.mjs').Helper} load
 * @param {{ pid: number }} side
 * @param {'full' | 'counted' | 'refresh'} command
 * @param {object} options of that load; `leadIn`: its options, as far as they are others, for as long as nothing is counted,
 * because a server that has rested gives up what it had, and is slow, and small, until it has it again
 * @returns {Promise<object>} what the load gives, and: `microseconds` of processor time a request, of all processes of the
 * side; `busy` and `loadBusy`, the part of a processor that the side and the load were on; `memory`, the bytes of the
 * side's largest worker at the end; `wholeMemory`, those of all its processes; `processes`, how many it has
 */
export async function measure(load, { pid }, command, { leadIn, ...options }) {
  if (leadIn) await load.ask(command, { ...options, ...leadIn });
  const read = () => Promise.all([processTree(pid), processTree(load.pid)]);
  const before = await read();
  const start = performance.now();
  const { answers, ...rest } = await load.ask(command, options);
  const elapsed = (performance.now() - start) * 1000;
  const after = await read();
  const [own, loading] = after.map((tree, index) => processorTime(tree) - processorTime(before[index]));
  return {
    ...rest,
    microseconds: own / answers,
    busy: own / elapsed,
    loadBusy: loading / elapsed,
    memory: workerMemory(after[0]),
    wholeMemory: wholeMemory(after[0]),
    processes: after[0].length,
  };
}
