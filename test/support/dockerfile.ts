import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, stat } from 'node:fs/promises';
import { basename, join, posix, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { dockerignore } from './dockerignore.js';

/** What a stage has come to: a folder that stands for its root directory, and how a container of it would run. */
export interface Image {
  root: string;
  folder: string;
  env: Record<string, string>;
  user: string;
  ports: number[];
  command: string[];
  healthCheck: string[];
}

interface Instruction {
  name: string;
  flags: Record<string, string>;
  words: string;
}

interface Build {
  context: string;
  /** Gives a folder for the root directory of a stage. */
  makeRoot: () => Promise<string>;
  isIgnored: (path: string) => boolean;
  stages: Map<string, Promise<Image>>;
}

/** A stage, and what its next instruction changes. */
type Step = (image: Image, instruction: Instruction, build: Build) => Promise<void> | void;

function parse(dockerfile: string): Instruction[] {
  const lines = dockerfile.replaceAll(/\\\n/g, ' ').split('\n');
  return lines
    .filter((line) => line.trim() && !line.startsWith('#'))
    .map((line) => {
      const [, name, flags, words] = /^([A-Z]+)((?:\s+--[a-z-]+=\S+)*)\s+(.*)$/.exec(line) ?? fail(line);
      const pairs = Array.from(flags!.matchAll(/--([a-z-]+)=(\S+)/g), ([, flag, value]) => [flag!, value!]);
      return { name: name!, flags: Object.fromEntries(pairs) as Record<string, string>, words: words!.trim() };
    });
}

function fail(what: string): never {
  throw new Error(`The tests do not know what Docker does with: ${what}`);
}

/** The exec form: a JSON list of words. */
function execForm(words: string): string[] {
  return words.startsWith('[') ? (JSON.parse(words) as string[]) : fail(words);
}

/** Where a path of the image is on this machine. */
function inside(image: Image, path: string): string {
  return join(image.root, posix.resolve(image.folder, path));
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path)).isDirectory();
}

/** COPY: several sources go into a folder; one folder has its content copied, one file takes the target's name. */
async function copy(image: Image, { flags, words }: Instruction, build: Build): Promise<void> {
  const { from, ...unknown } = flags;
  if (Object.keys(unknown).length > 0 || /[*?["$]/.test(words)) fail(`COPY ${words}`);
  const sources = words.split(/\s+/);
  const target = sources.pop() ?? fail('COPY');
  if (sources.length > 1 && !target.endsWith('/')) fail(`COPY ${words}`);
  const stage = from === undefined ? undefined : await (build.stages.get(from) ?? fail(`COPY --from=${from}`));
  for (const source of sources) {
    const path = stage ? inside(stage, source) : join(build.context, source);
    const filter = (file: string): boolean => stage !== undefined || !build.isIgnored(relative(build.context, file));
    if (!filter(path)) throw new Error(`COPY ${source}: .dockerignore leaves it out.`);
    const place = inside(image, target.endsWith('/') && !(await isFolder(path)) ? target + basename(source) : target);
    await cp(path, place, { recursive: true, verbatimSymlinks: true, filter });
  }
}

/** Variables of this machine that a download needs; not those that npm gives to the scripts it runs. */
function machineEnv(): Record<string, string | undefined> {
  const names = Object.keys(process.env).filter((name) => !/^(npm_|NODE_(ENV|OPTIONS|V8_COVERAGE)|ENV$)/.test(name));
  const npm = { npm_config_prefer_offline: 'true', npm_config_audit: 'false', npm_config_fund: 'false' };
  return { ...Object.fromEntries(names.map((name) => [name, process.env[name]])), ...npm };
}

async function runCommand(image: Image, { words }: Instruction): Promise<void> {
  const child = spawn('bash', ['--norc', '-euc', words], {
    cwd: inside(image, '.'),
    env: { ...machineEnv(), ...image.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (child.exitCode !== 0) throw new Error(`RUN ${words} ended with ${String(child.exitCode)}:\n${stdout}${stderr}`);
}

function setEnv(image: Image, { words }: Instruction): void {
  for (const pair of words.split(/\s+/)) {
    const [, name, value] = /^(\w+)=([^"'$\\]*)$/.exec(pair) ?? fail(`ENV ${words}`);
    image.env[name!] = value!;
  }
}

const steps: Record<string, Step> = {
  WORKDIR: async (image, { words }) => {
    image.folder = posix.resolve(image.folder, words);
    await mkdir(inside(image, '.'), { recursive: true });
  },
  COPY: copy,
  RUN: runCommand,
  ENV: setEnv,
  USER: (image, { words }) => void (image.user = words),
  EXPOSE: (image, { words }) => void image.ports.push(Number(words)),
  CMD: (image, { words }) => void (image.command = execForm(words)),
  HEALTHCHECK: (image, { words }) => {
    const [, command] = /^CMD (.*)$/.exec(words) ?? fail(`HEALTHCHECK ${words}`);
    image.healthCheck = execForm(command!);
  },
};

async function buildStage(instructions: Instruction[], build: Build): Promise<Image> {
  const root = await build.makeRoot();
  const image = { root, folder: '/', env: {}, user: 'root', ports: [], command: [], healthCheck: [] };
  for (const instruction of instructions) {
    const step = steps[instruction.name] ?? fail(instruction.name);
    await step(image, instruction, build);
  }
  return image;
}

/**
 * Does what `docker build` would, with this machine's node in the place of the base image, and each stage in a folder of
 * its own. Stages are built at once; one waits for another where it copies from it.
 * @returns the last stage
 * @throws Error for an instruction that this does not know, or that fails
 */
export async function buildImage(context: string, makeRoot: () => Promise<string>): Promise<Image> {
  const isIgnored = dockerignore(await readFile(join(context, '.dockerignore'), 'utf8'));
  const instructions = parse(await readFile(join(context, 'Dockerfile'), 'utf8'));
  const build: Build = { context, makeRoot, isIgnored, stages: new Map() };
  const starts = instructions.flatMap(({ name }, index) => (name === 'FROM' ? [index] : []));
  if (starts[0] !== 0) fail('a file that does not begin with FROM');
  for (const [position, start] of starts.entries()) {
    const { words } = instructions[start]!;
    const [, name] = /^node:\d+-slim(?: AS (\w+))?$/.exec(words) ?? fail(`FROM ${words}`);
    const stage = buildStage(instructions.slice(start + 1, starts[position + 1]), build);
    build.stages.set(name ?? String(position), stage);
  }
  return (await Promise.all(build.stages.values())).at(-1)!;
}
