import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The packages that test/interop/tools/package.json pins. */
export const toolPackages = fileURLToPath(new URL('../interop/tools/node_modules', import.meta.url));

/** The Node.js that the tools run on. Some want a newer one than this project; `npm run test:interop` names it. */
export const toolNode = process.env['TEST_TOOL_NODE'] ?? process.execPath;

interface Manifest {
  version: string;
  bin: string | Record<string, string>;
}

async function manifestOf(tool: string): Promise<Manifest> {
  const text = await readFile(`${toolPackages}/${tool}/package.json`, 'utf8').catch((cause: unknown) => {
    throw new Error(`${tool} is not installed. Run it with: npm run test:interop`, { cause });
  });
  return JSON.parse(text) as Manifest;
}

/** The version of a tool that is installed. */
export async function toolVersion(tool: string): Promise<string> {
  return (await manifestOf(tool)).version;
}

/** The file of a tool's program. */
export async function toolProgram(tool: string, program: string): Promise<string> {
  const { bin } = await manifestOf(tool);
  return `${toolPackages}/${tool}/${typeof bin === 'string' ? bin : bin[program]!}`;
}
