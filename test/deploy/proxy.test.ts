import { spawn, type ChildProcess } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { json, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import supertest, { type Response } from 'supertest';
import { freePort } from '../support/freePort.js';
import { newAccount } from '../support/accounts.js';
import { makeCertificate } from '../support/certificate.js';
import { listen } from '../support/listen.js';
import { codeBlocks } from '../support/markdown.js';
import { programPath, versionOf } from '../support/realPart.js';
import { runProgram } from '../support/runProgram.js';
import { serverFixture } from '../support/serverFixture.js';
import type { ServerProcess } from '../support/serverProcess.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';
import { until } from '../support/until.js';

const configuration = fileURLToPath(new URL('../../deploy/compose/haproxy.cfg', import.meta.url));
const release = fileURLToPath(new URL('../../deploy/compose/release.sh', import.meta.url));

/** A command `docker` that passes its arguments to the test, and prints the answer. */
const dockerCommand = `#!${process.execPath}
const body = JSON.stringify(process.argv.slice(2));
fetch(process.env.DOCKER_URL, { method: 'POST', body }).then(async (answer) => {
  process.stdout.write(await answer.text());
  process.exitCode = answer.ok ? 0 : 1;
});
`;

/** The environment of release.sh, with these commands first in its PATH. */
async function environmentWith(commands: Record<string, string>): Promise<{ PATH: string }> {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(commands)) await writeFile(join(folder, name), text, { mode: 0o755 });
  return { PATH: `${folder}:${process.env['PATH']!}` };
}

/** Makes a certificate and its key in one file, as HAProxy expects them. */
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

  /** Fails to log in through the proxy, which has a self-signed certificate. */
  const signIn = async (headers: Record<string, string> = {}): Promise<Response> => {
    const { email, password } = newAccount();
    return supertest(url).post('/auth/login').set(headers).disableTLSCerts().send({ email, password });
  };
  const failedSignIns = (server: ServerProcess): Record<string, unknown>[] =>
    server.lines().filter(({ event }) => event === 'sign_in_failed');

  /** Sends a command to the admin port of the proxy, and returns the answer. */
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
    const env = {
      PATH: programPath,
      BIND: '127.0.0.1',
      HTTP_PORT: String(http),
      HTTPS_PORT: String(https),
      HEALTH_PORT: String(ownHealth),
      ADMIN_PORT: String(admin),
      CERTIFICATE: await makePem(),
      API_1: first,
      API_2: second,
    };
    proxy = spawn('haproxy', ['-W', '-db', '-f', configuration], { env, stdio: 'ignore' });
    const isHealthy = async (): Promise<boolean> => (await supertest(health).get('/')).status === 200;
    await until(() => isHealthy().catch(() => false));
  });
  after(() => proxy?.kill());

  it('accepts TLS, and passes requests to both servers', async () => {
    await until(async () => {
      expect((await signIn()).status).to.equal(401);
      return servers.every((server) => failedSignIns(server).length > 0);
    });
  });

  it('redirects to HTTPS', async () => {
    const { status, headers } = await supertest(plain).get('/docs').set('Host', 'api.example.com');
    expect(status).to.equal(308);
    expect(headers['location']).to.equal('https://api.example.com/docs');
  });

  it('tells the servers the address of the client, whatever the client claims', async () => {
    await signIn({ 'X-Forwarded-For': '203.0.113.9', 'X-Request-Id': 'spoof' });
    const line = servers.flatMap(failedSignIns).find((each) => each['request_id'] === 'spoof');
    expect(line).to.include({ ip: '127.0.0.1' });
  });

  it('loses no request while release.sh replaces one server after the other', async function () {
    this.timeout(90_000);
    const before = servers.map(({ processId }) => processId);
    const asked: string[][] = [];
    /** Does what the command `docker` is told, and resolves with what it prints. */
    const answer = async (words: string[]): Promise<string> => {
      asked.push(words);
      const [, line] = /^echo '(.*)' \| nc 127\.0\.0\.1 2081$/.exec(words.at(-1)!) ?? [];
      if (line) return command(line);
      const index = ['api-1', 'api-2'].indexOf(words.at(-1)!);
      if (words[1] !== 'up' || index < 0) return '';
      const settings = { ...instanceSettings, PORT: new URL(servers[index]!.url).port };
      expect(await servers[index]!.stop()).to.equal(0);
      servers[index] = await fixture.start(settings);
      return '';
    };
    const docker = createServer((req, res) => {
      const printed = json(req).then((words) => answer(words as string[]));
      printed.then(
        (text) => res.end(text),
        (error: unknown) => res.writeHead(500).end(String(error)),
      );
    });
    const DOCKER_URL = `http://127.0.0.1:${await listen(docker)}`;
    // No more at once than one server can handle.
    const statuses: number[] = [];
    const over = new AbortController();
    const asking = Array.from({ length: 4 }, async () => {
      while (!over.signal.aborted) statuses.push((await signIn()).status);
    });
    const env = { ...(await environmentWith({ docker: dockerCommand })), DOCKER_URL };
    expect(await runProgram(release, [], { env })).to.include({ code: 0 });
    await until(async () => servers.every((server) => failedSignIns(server).length > 10));
    over.abort();
    await Promise.all(asking);
    docker.close();
    expect(statuses.filter((status) => status !== 401)).to.deep.equal([]);
    const steps = asked.map((words) => /^(build|run|up)|state (\w+)/.exec(words.slice(1).join(' '))).filter(Boolean);
    const each = ['drain', 'up', 'ready'];
    expect(steps.map((step) => step?.[2] ?? step?.[1])).to.deep.equal(['build', 'run', ...each, ...each]);
    for (const { processId } of servers) expect(before).not.to.include(processId);
  });

  it('answers 503 when no server runs, and is healthy itself', async () => {
    await Promise.all(servers.map((server) => server.stop()));
    expect((await signIn()).status).to.equal(503);
    expect((await supertest(health).get('/')).status).to.equal(200);
  });
});

describe('The HAProxy rules of docs/operations.md for a prefix', () => {
  const fixture = serverFixture();

  it('remove it, so that everything works at PUBLIC_URL', async function () {
    if (versionOf('haproxy', '-v') === undefined) return this.skip();
    const port = await freePort();
    const url = `http://localhost:${port}/accounts`;
    const server = await fixture.start({ ENV: 'test', PUBLIC_URL: url, TRUST_PROXY: '1' });
    const guide = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8');
    const rules = codeBlocks(guide).find(({ language }) => language === 'haproxy')!.code;
    const timeouts = ['connect', 'client', 'server'].map((name) => `timeout ${name} 10s`);
    const frontend = [
      'frontend web',
      `bind 127.0.0.1:${port}`,
      rules.replace('127.0.0.1:8000', new URL(server.url).host),
    ];
    const file = join(await temporaryFolder(), 'haproxy.cfg');
    await writeFile(file, ['defaults', 'mode http', ...timeouts, ...frontend].join('\n'));
    const proxy = spawn('haproxy', ['-db', '-f', file], { env: { PATH: programPath }, stdio: 'ignore' });
    try {
      await until(() =>
        fetch(`${url}/health/ready`).then(
          ({ ok }) => ok,
          () => false,
        ),
      );
      const { servers } = (await (await fetch(`${url}/openapi.json`)).json()) as { servers: { url: string }[] };
      expect(servers[0]!.url).to.equal(url);
      await server.wrote(/ documentation http:\/\/localhost:\d+\/accounts\/docs /);
      const docs = await fetch(`${url}/docs/`);
      expect([docs.status, docs.url]).to.deep.equal([200, `${url}/docs`]);
      const account = newAccount();
      const { email, password } = account;
      const at = supertest.agent(new URL(url).origin);
      await at.post('/accounts/auth/signup').send(account).expect(201);
      const login = await at.post('/accounts/auth/login').set('Prefer', 'refresh-cookie').send({ email, password });
      expect(login.headers['set-cookie']![0]).to.contain('; Path=/accounts/auth;');
      expect((await fetch(new URL(url).origin)).status).to.equal(503);
    } finally {
      proxy.kill();
    }
  });
});

describe('release.sh', () => {
  afterEach(removeTemporaryFolders);

  it('stops at an instance that the proxy does not find healthy, reports it, and does not touch the next', async () => {
    const LOG = join(await temporaryFolder(), 'asked');
    const docker = '#!/bin/sh\necho "$*" >>"$LOG"; echo "api,api-1,0,0,DOWN,1"\n';
    const env = { ...(await environmentWith({ docker, sleep: '#!/bin/sh\n' })), LOG };
    const { code, stderr } = await runProgram(release, [], { env });
    expect(code).to.equal(1);
    expect(stderr).to.match(/^The proxy does not find api-1 healthy: .*\n$/);
    const asked = await readFile(LOG, 'utf8');
    expect(asked).to.contain('up --detach --no-deps --wait api-1').and.not.contain('api-2');
  });
});
