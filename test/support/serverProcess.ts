import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The built server. */
export const builtServer = fileURLToPath(new URL('../../dist/server.js', import.meta.url));

export interface ServerOptions {
  /** Where the server is started: its `.env` and `.data` are looked for in here. */
  folder: string;
  /** Settings, as in the environment. Nothing of the environment of the tests reaches the server beside them. */
  settings?: Record<string, string>;
  /** What to run; the built server of this project if nothing else is said. */
  command?: readonly [string, ...string[]];
  /** The user to run as. */
  user?: { uid: number; gid: number };
}

/** A server in a process of its own. */
export interface ServerProcess {
  /** Where it says that it listens. */
  url: string;
  processId: number;
  /** All that it has written so far. */
  output(): string;
  /** The lines of its log, which is JSON in production; those with this message, where one is given. */
  lines(message?: string): Record<string, unknown>[];
  /** Resolves when the output matches; rejects when the process ends without it. */
  wrote(pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends a signal and resolves with the exit code when the process is gone; null where the signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** The exit code. */
  exited: Promise<number | null>;
}

const announcement = /API (https?:\/\/\S+) /;
const running = new Set<ServerProcess>();

/** What npm tells of `npm start`: a server that reads it stops when the process that started it is gone. */
const endsWithParent = { npm_lifecycle_event: 'start' };

/** Starts a server; it may never listen. */
export function launchServer({ folder, settings, command, user }: ServerOptions): ServerProcess {
  const [program, ...words] = command ?? [process.execPath, builtServer];
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(program, words, {
    cwd: folder,
    env: { PATH, HOME: user ? folder : HOME, ...endsWithParent, PORT: '0', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
  let output = '';
  let ended = false;
  const listeners = new Set<() => void>();
  const notify = (): void => listeners.forEach((listener) => listener());
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      notify();
    });
  }

  const wrote = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(output);
        if (!match && !ended) return;
        listeners.delete(look);
        if (match) resolve(match);
        else reject(new Error(`The server ended without writing ${String(pattern)}:\n${output}`));
      };
      listeners.add(look);
      look();
    });
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      ended = true;
      running.delete(server);
      notify();
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
    wrote,
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

/** A start that is to fail: its exit code and all that it wrote. */
export async function failedStart(options: ServerOptions): Promise<{ exitCode: number | null; output: string }> {
  const server = launchServer(options);
  void server.wrote(announcement).then(
    () => server.stop('SIGTERM'),
    () => undefined,
  );
  const exitCode = await server.exited;
  return { exitCode, output: server.output() };
}

/** Stops every server that a test has left running: in good order, so that it stops its database too. */
export async function stopServers(): Promise<void> {
  await Promise.all(
    Array.from(running, async (server) => {
      const kill = setTimeout(() => void server.stop('SIGKILL'), 15_000);
      await server.stop();
      clearTimeout(kill);
    }),
  );
}

/** The settings of a server in production, on this database. */
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
