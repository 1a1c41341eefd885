import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Response } from 'supertest';
import { freePort } from './freePort.js';
import { toolNode, toolProgram } from './partnerTools.js';

const bundle = fileURLToPath(new URL('../../generated/openapi.yaml', import.meta.url));

/** What Prism says about a request or its response, in the header `sl-violations`. */
interface Violation {
  location?: string[];
  severity: string;
  message: string;
}

/** Prism in front of a server: it compares every request and response with the description. */
export class ValidatingProxy {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  /** Resolves when it listens. */
  static async start(serverUrl: string): Promise<ValidatingProxy> {
    const port = await freePort();
    const prism = await toolProgram('@stoplight/prism-cli', 'prism');
    // With its option `cors`, Prism answers preflights itself.
    const words = ['proxy', bundle, serverUrl, '--port', String(port), '--cors', 'false', '--multiprocess', 'false'];
    const child = spawn(toolNode, [prism, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const listening = new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk) => {
          output += String(chunk);
          if (output.includes('Prism is listening')) resolve();
        });
      }
      child.once('exit', () => reject(new Error(`Prism ended:\n${output}`)));
    });
    await listening;
    return new ValidatingProxy(child, `http://127.0.0.1:${port}`);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    this.child.kill();
    await once(this.child, 'exit');
  }
}

/**
 * Asserts that Prism, which passed a response on, found it as described. Of a request it may only dislike what the server has
 * rejected too.
 * @throws Error with what Prism found
 */
export function assertNoViolation(what: string, { status, headers }: Response): void {
  const { 'sl-violations': violations = '[]' } = headers as Record<string, string>;
  const found = JSON.parse(violations) as Violation[];
  const wrong = found.filter(({ location }) => location?.[0] !== 'request' || status < 400);
  if (wrong.length > 0) throw new Error(`${what} ${status}: Prism found ${JSON.stringify(wrong)}`);
}
