/** Runs the server from its sources and restarts it on changes. A change of the description regenerates first. */
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('..', import.meta.url));
const inProject = { cwd: project, stdio: 'inherit' };

function generate() {
  return new Promise((resolve) => spawn(process.execPath, ['scripts/generate.mjs'], inProject).once('exit', resolve));
}

await generate();
const server = spawn(
  process.execPath,
  ['node_modules/tsx/dist/cli.mjs', 'watch', '--include', 'generated/openapi.json', 'src/server.ts'],
  inProject,
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
server.once('exit', (code) => process.exit(code ?? 0));

let waiting;
watch(fileURLToPath(new URL('../openapi', import.meta.url)), { recursive: true }, () => {
  clearTimeout(waiting);
  // Debounced: editors write a file in several steps.
  waiting = setTimeout(generate, 200);
});
