import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import supertest, { type Response } from 'supertest';
import { freePort } from '../support/freePort.js';
import { newAccount } from '../support/accounts.js';
import { makeCertificate } from '../support/certificate.js';
import { programPath, versionOf } from '../support/realPart.js';
import { serverFixture } from '../support/serverFixture.js';
import type { ServerProcess } from '../support/serverProcess.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';
import { until } from '../support/until.js';

const configuration = fileURLToPath(new URL('../../deploy/compose/haproxy.cfg', import.meta.url));

const release = fileURLToPath(new URL('../../deploy/compose/release.sh', import.meta.url));

/** Asks the test to do what it is told, and prints the answer. */
const dockerCommand = `#!${process.execPath}
const body = JSON.stringify(process.argv.slice(2));
fetch(process.env.DOCKER_URL, { method: 'POST', body }).then(async (answer) => {
  process.stdout.write(await answer.text());
  process.exitCode = answer.ok ? 0 : 1;
});
`;

/** A folder with a command `docker` that only hands on what it is told. */
class FakeDocker {
  private constructor(
    readonly folder: string,
    private readonly server: Server,
    /** The words of each call. */
    readonly asked: readonly string[][],
  ) {}

  /** @param answer does what it is told, and resolves with what it prints; where that rejects, the command fails */
  static async start(answer: (words: string[]) => Promise<string>): Promise<FakeDocker> {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'docker'), dockerCommand, { mode: 0o755 });
    const asked: string[][] = [];
    const server = createServer((req, res) => {
      void json(req)
        .then((words) => {
          asked.push(words as string[]);
          return answer(words as string[]);
        })
        .then(
          (printed) => res.end(printed),
          (error: unknown) => res.writeHead(500).end(String(error)),
        );
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new FakeDocker(folder, server, asked);
  }

  get environment(): Record<string, string> {
    return { DOCKER_URL: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}` };
  }

  close(): void {
    this.server.close();
  }
}

/** A certificate and its key in one file, as HAProxy wants them. */
async function makePem(): Promise<string> {
  const folder = await temporaryFolder();
  const { TLS_CERT_FILE, TLS_KEY_FILE } = await makeCertificate(folder);
  const parts = await Promise.all([TLS_CERT_FILE, TLS_KEY_FILE].map((name) => readFile(join(folder, name), 'utf8')));
  const pem = join(folder, 'both.pem');
  await writeFile(pem, parts.join(''));
  return pem;
}

describe('The proxy of deploy/compose', () => {
  const fixture = serverFixture({ isShared: true });
  let servers: ServerProcess[];
  let proxy: ChildProcess | undefined;
  let url: string;
  let plain: string;
  let health: string;
  let admin: number;
  let instanceSettings: Record<string, string>;

  /** Through the proxy, whose certificate nobody else has signed. */
  const signIn = async (headers: Record<string, string> = {}): Promise<Response> => {
    const { email, password } = newAccount();
    return supertest(url).post('/auth/login').set(headers).disableTLSCerts().send({ email, password });
  };
  const failedSignIns = (server: ServerProcess): Record<string, unknown>[] =>
    server.lines().filter(({ event }) => event === 'sign_in_failed');

  /** Says something to the proxy, and returns the answer. */
  const command = async (line: string): Promise<string> => {
    const socket = connect(admin, '127.0.0.1');
    socket.end(`${line}\n`);
    return text(socket);
  };

  before(async function () {
    if (versionOf('haproxy', '-v') === undefined) return this.skip();
    const noLimits = { RATE_LIMIT_FACTOR: '0', SIGN_IN_ADDRESS_FAILURES_MAX: '1000000' };
    instanceSettings = { ...noLimits, TRUST_PROXY: '1' };
    servers = await Promise.all([fixture.start(instanceSettings), fixture.start(instanceSettings)]);
    const [http, https, ownHealth] = [await freePort(), await freePort(), await freePort()];
    admin = await freePort();
    url = `https://localhost:${https}`;
    plain = `http://localhost:${http}`;
    health = `http://127.0.0.1:${ownHealth}`;
    const [first, second] = servers.map((server) => `127.0.0.1:${new URL(server.url).port}`);
    const settings = {
      BIND: '127.0.0.1',
      HTTP_PORT: String(http),
      HTTPS_PORT: String(https),
      HEALTH_PORT: String(ownHealth),
      ADMIN_PORT: String(admin),
      CERTIFICATE: await makePem(),
      API_1: first!,
      API_2: second!,
    };
    const env = { PATH: programPath, ...settings };
    proxy = spawn('haproxy', ['-W', '-db', '-f', configuration], { env, stdio: 'ignore' });
    const ask = async (): Promise<Response | undefined> =>
      supertest(health)
        .get('/')
        .catch(() => undefined);
    await until(async () => (await ask())?.status === 200);
  });
  after(() => proxy?.kill());

  it('speaks TLS, and hands requests to both servers', async () => {
    await until(async () => {
      expect((await signIn()).status).to.equal(401);
      return servers.every((server) => failedSignIns(server).length > 0);
    });
  });

  it('sends those who come without TLS to where it is', async () => {
    const { status, headers } = await supertest(plain).get('/docs').set('Host', 'api.example.com');
    expect(status).to.equal(308);
    expect(headers['location']).to.equal('https://api.example.com/docs');
  });

  it('tells the servers who asks, whatever the asker says', async () => {
    await signIn({ 'X-Forwarded-For': '203.0.113.9', 'X-Request-Id': 'spoof' });
    const line = servers.flatMap(failedSignIns).find((each) => each['request_id'] === 'spoof');
    expect(line).to.include({ ip: '127.0.0.1' });
  });

  it('loses no request while release.sh replaces one server after the other', async function () {
    this.timeout(90_000);
    const before = servers.map(({ processId }) => processId);
    const docker = await FakeDocker.start(async (words) => {
      const [, line] = /^echo '(.*)' \| nc 127\.0\.0\.1 2081$/.exec(words.at(-1)!) ?? [];
      if (line) return command(line);
      const index = ['api-1', 'api-2'].indexOf(words.at(-1)!);
      if (words[1] !== 'up' || index < 0) return '';
      const settings = { ...instanceSettings, PORT: new URL(servers[index]!.url).port };
      expect(await servers[index]!.stop()).to.equal(0);
      servers[index] = await fixture.start(settings);
      return '';
    });
    // No more at once than a server that is alone can take.
    const statuses: number[] = [];
    const over = new AbortController();
    const asking = Array.from({ length: 4 }, async () => {
      while (!over.signal.aborted) statuses.push((await signIn()).status);
    });
    await promisify(execFile)(release, {
      env: { PATH: `${docker.folder}:${process.env['PATH']!}`, ...docker.environment },
    });
    await until(async () => servers.every((server) => failedSignIns(server).length > 10));
    over.abort();
    await Promise.all(asking);
    docker.close();
    expect(statuses.filter((status) => status !== 401)).to.deep.equal([]);
    const steps = docker.asked
      .map((words) => /^(build|run|up)|state (\w+)/.exec(words.slice(1).join(' ')))
      .filter(Boolean);
    const each = ['drain', 'up', 'ready'];
    expect(steps.map((step) => step?.[2] ?? step?.[1])).to.deep.equal(['build', 'run', ...each, ...each]);
    for (const { processId } of servers) expect(before).not.to.include(processId);
  });

  it('answers 503 when no server is there, and is healthy itself', async () => {
    await Promise.all(servers.map((server) => server.stop()));
    expect((await signIn()).status).to.equal(503);
    expect((await supertest(health).get('/')).status).to.equal(200);
  });
});

describe('release.sh', () => {
  afterEach(removeTemporaryFolders);

  it('stops at an instance that the proxy does not find healthy, says so, and leaves the next as it was', async () => {
    const folder = await temporaryFolder();
    const log = join(folder, 'asked');
    const commands = [
      ['docker', 'echo "$*" >>"$LOG"; echo "api,api-1,0,0,DOWN,1"'],
      ['sleep', ''],
    ] as const;
    for (const [name, does] of commands) await writeFile(join(folder, name), `#!/bin/sh\n${does}\n`, { mode: 0o755 });
    const env = { PATH: `${folder}:${process.env['PATH']!}`, LOG: log };
    const { code, stderr } = await promisify(execFile)(release, { env }).then(
      () => ({ code: 0, stderr: '' }),
      (error: unknown) => error as { code: number; stderr: string },
    );
    expect(code).to.equal(1);
    expect(stderr).to.match(/^The proxy does not find api-1 healthy: .*\n$/);
    const asked = await readFile(log, 'utf8');
    expect(asked).to.contain('up --detach --no-deps --wait api-1').and.not.contain('api-2');
  });
});
