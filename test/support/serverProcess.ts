import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { until } from './until.js';

/** The built server. */
export const builtServer = fileURLToPath(new URL('../../dist/server.js', import.meta.url));

export interface ServerOptions {
  /** The working directory: holds the server's `.env` and `.data`. */
  folder: string;
  /** The server's environment, with PATH and HOME alone of that of the tests. */
  settings?: Record<string, string>;
  /** What to run; the built server of this project by default. */
  command?: readonly [string, ...string[]];
  /** The user to run as. */
  user?: { uid: number; gid: number };
  /** Whether it leads a process group of its own, as a command in a terminal does. */
  leadsGroup?: boolean;
}

/** A server in a process of its own. */
export interface ServerProcess {
  /** The URL that it logs when it listens. */
  url: string;
  processId: number;
  /** All that it has written so far. */
  output(): string;
  /** The JSON lines of its log, or those with this message. */
  lines(message?: string): Record<string, unknown>[];
  /** Resolves when the output matches; rejects when the process ends before that. */
  wrote(pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends a signal and resolves with the exit code when the process is gone; null if the signal killed it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** The exit code. */
  exited: Promise<number | null>;
}

const announcement = /API (https?:\/\/\S+) /;
const running = new Set<ServerProcess>();

/** npm sets this for `npm start`: the server then stops when its parent process is gone. */
const endsWithParent = { npm_lifecycle_event: 'start' };

/** Starts a server, and does not wait until it listens. */
export function launchServer({ folder, settings, command, user, leadsGroup }: ServerOptions): ServerProcess {
  const [program, ...words] = command ?? [process.execPath, builtServer];
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(program, words, {
    cwd: folder,
    env: { PATH, HOME: user ? folder : HOME, ...endsWithParent, PORT: '0', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: leadsGroup,
    ...user,
  });
  let output = '';
  let ended = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      ended = true;
      running.delete(server);
      resolve(code);
    });
  });
  const server: ServerProcess = {
    get url() {
      return announcement.exec(output)?.[1] ?? '';
    },
    processId: child.pid ?? 0,
    output: () => output,
    lines: (message) =>
      output
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter(({ msg }) => message === undefined || msg === message),
    wrote: (pattern) =>
      until(async () => {
        const match = pattern.exec(output);
        if (!match && ended) throw new Error(`The server ended without writing ${String(pattern)}:\n${output}`);
        return match ?? undefined;
      }),
    exited,
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return exited;
    },
  };
  running.add(server);
  return server;
}

/**
 * Starts a server and resolves when it listens.
 * @throws Error with its output when it ends instead
 */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const server = launchServer(options);
  await server.wrote(announcement);
  return server;
}

/** Starts a server that must not listen, and returns its exit code and all that it wrote. */
export async function failedStart(options: ServerOptions): Promise<{ exitCode: number | null; output: string }> {
  const server = launchServer(options);
  void server.wrote(announcement).then(
    () => server.stop('SIGTERM'),
    () => undefined,
  );
  const exitCode = await server.exited;
  return { exitCode, output: server.output() };
}

/** Stops every server that a test has left running, gracefully, so that each stops its database too. */
export async function stopServers(): Promise<void> {
  await Promise.all(
    Array.from(running, async (server) => {
      const kill = setTimeout(() => void server.stop('SIGKILL'), 15_000);
      await server.stop();
      clearTimeout(kill);
    }),
  );
}

/** The settings of a server in production on this database. */
export function productionSettings(databaseUrl: string): Record<string, string> {
  return {
    ENV: 'production',
    DATABASE_URL: databaseUrl,
    SECRET_KEY: 'k'.repeat(48),
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'Smart Audit <no-reply@example.com>',
    FRONTEND_URL: 'https://app.example.com',
    BCRYPT_COST: '4',
    HASH_THREADS: '1',
  };
}
