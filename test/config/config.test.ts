import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { ConfigError, parseConfig, readConfig, settingNames, type Config } from '../../src/config/config.js';

type Variables = Parameters<typeof parseConfig>[0];

function refusal(environment: Variables, envFile?: Variables): ConfigError {
  try {
    parseConfig(environment, envFile);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('The settings were accepted.');
}

/** The errors that these settings cause. */
function faults(environment: Variables, envFile?: Variables): string[] {
  return [...refusal(environment, envFile).faults];
}

const strongSecret = 'a-secret-of-the-tests-of-32-byte';
const database = 'postgresql://me:sesame@db.example.com:5432/audit';
const production = {
  ENV: 'production',
  DATABASE_URL: database,
  SECRET_KEY: strongSecret,
  SMTP_URL: 'smtp://mail.example.com',
  MAIL_FROM: 'audit@example.com',
  FRONTEND_URL: 'https://app.example.com',
};

const integers: [name: string, min: number, max: number, read: (config: Config) => number][] = [
  ['PORT', 0, 65_535, (config) => config.port],
  ['ACCESS_TOKEN_EXPIRE_MINUTES', 1, 1440, (config) => config.accessTokenExpireMinutes],
  ['SESSION_IDLE_DAYS', 1, 365, (config) => config.sessions.idleMs / 86_400_000],
  ['SESSION_LIFETIME_DAYS', 1, 3650, (config) => config.sessions.lifetimeMs / 86_400_000],
  ['UNPROVED_ACCOUNT_DAYS', 0, 3650, (config) => config.unprovedAccountMs / 86_400_000],
  ['REFRESH_GRACE_SECONDS', 0, 3600, (config) => config.sessions.graceMs / 1000],
  ['SIGN_IN_FAILURES_MAX', 1, 1_000_000, (config) => config.guesses.account],
  ['SIGN_IN_ADDRESS_FAILURES_MAX', 1, 1_000_000, (config) => config.guesses.address],
  ['DATABASE_POOL_MAX', 1, 1000, (config) => config.database.poolMax],
  ['DATABASE_CONNECT_TIMEOUT_MS', 1, 600_000, (config) => config.database.connectTimeoutMs],
  ['DATABASE_STATEMENT_TIMEOUT_MS', 1, 600_000, (config) => config.database.statementTimeoutMs],
  ['DATABASE_ACQUIRE_TIMEOUT_MS', 1, 600_000, (config) => config.database.acquireTimeoutMs],
  ['BCRYPT_COST', 4, 20, (config) => config.hashing.cost],
  ['HASH_THREADS', 1, 128, (config) => config.hashing.threads],
  ['HASH_QUEUE_MAX', 1, 100_000, (config) => config.hashing.queueMax],
  ['SHUTDOWN_TIMEOUT_MS', 1, 600_000, (config) => config.shutdownTimeoutMs],
  ['CONNECTIONS_MAX', 1, 1_000_000, (config) => config.connectionsMax],
  ['WORKERS', 1, 256, (config) => config.workers],
  ['SESSION_CACHE_SECONDS', 0, 3600, (config) => config.sessionCacheMs / 1000],
  ['METRICS_PORT', 0, 65_535, (config) => config.metricsPort!],
];

describe('parseConfig', () => {
  it('has a default for every setting', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    expect(parseConfig({})).to.deep.equal({
      appName: 'Smart Audit Agent',
      version,
      env: 'development',
      host: '127.0.0.1',
      port: 8000,
      databaseUrl: undefined,
      migrationDatabaseUrl: undefined,
      migrateOnStart: true,
      redisUrl: undefined,
      sessionCacheMs: 30_000,
      workers: 1,
      metricsPort: undefined,
      tracesEndpoint: undefined,
      dataFolder: '.data',
      secretKey: undefined,
      previousSecretKey: undefined,
      accessTokenExpireMinutes: 30,
      sessions: { idleMs: 14 * 86_400_000, lifetimeMs: 90 * 86_400_000, graceMs: 30_000 },
      auth: { signupMode: 'open', requireVerifiedEmail: false },
      mail: { smtpUrl: undefined, from: 'Smart Audit <no-reply@localhost>', frontendUrl: 'http://localhost:3000' },
      unprovedAccountMs: 30 * 86_400_000,
      guesses: { account: 10, address: 100 },
      breachedPasswordsUrl: undefined,
      corsOrigins: ['http://localhost:3000'],
      logLevel: 'info',
      trustProxy: false,
      database: { poolMax: 10, connectTimeoutMs: 5000, statementTimeoutMs: 10_000, acquireTimeoutMs: 10_000 },
      rateLimitFactor: 1,
      hashing: { cost: 12, threads: availableParallelism(), queueMax: 200 },
      tls: undefined,
      connectionsMax: 10_000,
      shutdownTimeoutMs: 10_000,
      startedByNpm: false,
    });
  });

  it('keeps texts unchanged', () => {
    const config = parseConfig({
      APP_NAME: 'Auditor',
      HOST: '::',
      DATA_FOLDER: '/srv/my data',
      DATABASE_URL: database,
      SECRET_KEY: ' kept with its spaces ',
    });
    expect(config).to.include({ appName: 'Auditor', host: '::', dataFolder: '/srv/my data', databaseUrl: database });
    expect(config.secretKey).to.equal(' kept with its spaces ');
  });

  for (const [name, min, max, read] of integers) {
    it(`accepts ${name} from ${min} to ${max}, in digits`, () => {
      for (const value of [min, max]) expect(read(parseConfig({ [name]: String(value) }))).to.equal(value);
      expect(read(parseConfig({ [name]: ` ${min} ` }))).to.equal(min);
      for (const wrong of [String(min - 1), String(max + 1), `${min}.5`, '1e3', '0x10', 'many', '٣', 'Infinity']) {
        expect(faults({ [name]: wrong }), wrong).to.deep.equal([
          `${name}: must be a whole number from ${min} to ${max}`,
        ]);
      }
    });
  }

  const texts: {
    name: string;
    read: (config: Config) => unknown;
    right: [text: string, value: unknown][];
    wrong: string[];
    rule: string;
  }[] = [
    {
      name: 'ENV',
      read: (config) => config.env,
      right: ['development', 'test'].map((env) => [env, env]),
      wrong: ['staging'],
      rule: 'Value "staging" not in choices [development,test,production]',
    },
    {
      name: 'LOG_LEVEL',
      read: (config) => config.logLevel,
      right: ['debug', 'info', 'warning', 'error', 'critical'].map((level) => [level, level]),
      wrong: ['warn'],
      rule: 'Value "warn" not in choices [debug,info,warning,error,critical]',
    },
    {
      name: 'RATE_LIMIT_FACTOR',
      read: (config) => config.rateLimitFactor,
      right: ['0', '0.25', '1000'].map((text) => [text, Number(text)]),
      wrong: ['-1', '.5', '1,5', '1e3', 'off'],
      rule: 'must be a number, 0 or more',
    },
    {
      name: 'DATABASE_URL',
      read: (config) => config.databaseUrl,
      right: ['postgres://db/audit', database].map((url) => [url, url]),
      wrong: ['mysql://me:sesame@db/audit', 'db.example.com:5432/audit', 'audit'],
      rule: 'must look like postgresql://user:password@host:5432/database',
    },
    {
      name: 'REDIS_URL',
      read: (config) => config.redisUrl,
      right: ['redis://cache', 'rediss://user:pass@cache.example.com:6380/2'].map((url) => [url, url]),
      wrong: ['cache:6379', 'http://cache', 'redis://'],
      rule: 'must look like redis:',
    },
    {
      name: 'SMTP_URL',
      read: (config) => config.mail.smtpUrl,
      right: ['smtp://mail', 'smtps://user:pass@mail.example.com:465'].map((url) => [url, url]),
      wrong: ['mail.example.com', 'http://mail', 'smtp://'],
      rule: 'must look like smtp:',
    },
    {
      name: 'MAIL_FROM',
      read: (config) => config.mail.from,
      right: ['a@b', 'A B <a@b.example>'].map((from) => [from, from]),
      wrong: ['nobody', 'a@b\r\nBcc: c@d', 'A <a@b> x'],
      rule: 'must look like',
    },
    {
      name: 'FRONTEND_URL',
      read: (config) => config.mail.frontendUrl,
      right: [['https://a.example/app/', 'https://a.example/app']],
      wrong: ['a.example', 'ftp://a', 'https://a.example/?x=1', 'https://a.example/#x'],
      rule: 'must look like',
    },
    {
      name: 'CORS_ORIGINS',
      read: (config) => config.corsOrigins,
      right: [[], ['https://app.example.com', 'http://localhost:5173', 'http://[::1]:3000']].map((origins) => [
        JSON.stringify(origins),
        origins,
      ]),
      wrong: [
        'https://app.example.com',
        '"https://app.example.com"',
        '{"0":"https://app.example.com"}',
        ...['https://app.example.com/', 'https://app.example.com/login', '*', 'https://*.example.com/'].map(
          (origin) => `["${origin}"]`,
        ),
        ...['["app.example.com"]', '["null"]', '[42]', '*'],
      ],
      rule: 'must be a JSON list of origins such as ["https://app.example.com"], without paths or *',
    },
    {
      name: 'TRUST_PROXY',
      read: (config) => config.trustProxy,
      right: [
        ['0', false],
        ['1', 1],
        [' 2 ', 2],
        ['loopback', ['loopback']],
        ['loopback, 10.0.0.0/8', ['loopback', '10.0.0.0/8']],
        ['192.0.2.7,2001:db8::/32,uniquelocal,linklocal', ['192.0.2.7', '2001:db8::/32', 'uniquelocal', 'linklocal']],
      ],
      wrong: [
        ...['true', 'false', '-1', '1.5', '*', 'loopback,', 'proxy.example.com'],
        ...['127.1', '010.0.0.1', '10.0.0.0/33', '0.0.0.0/0', '::/0', '10.0.0.0/255.0.0.0'],
      ],
      rule: 'must be a number of proxies, or addresses and networks such as "loopback, 10.0.0.0/8"; not "true"',
    },
  ];
  for (const { name, read, right, wrong, rule } of texts) {
    it(`accepts only well-formed values of ${name}`, () => {
      for (const [text, value] of right) expect(read(parseConfig({ [name]: text })), text).to.deep.equal(value);
      for (const text of wrong) {
        const [fault, ...more] = faults({ [name]: text });
        expect(fault, text)
          .to.match(new RegExp(`^${name}: `))
          .and.contain(rule);
        expect(more).to.deep.equal([]);
      }
    });
  }

  it('recognises `npm start` by the variable that npm sets', () => {
    expect(parseConfig({ npm_lifecycle_event: 'start' }).startedByNpm).to.equal(true);
    expect(parseConfig({ npm_lifecycle_event: 'test' }).startedByNpm).to.equal(false);
  });

  it('requires a certificate and its key together', () => {
    const tls = { TLS_CERT_FILE: 'cert.pem', TLS_KEY_FILE: 'key.pem' };
    expect(parseConfig(tls).tls).to.deep.equal({ certFile: 'cert.pem', keyFile: 'key.pem' });
    for (const name of ['TLS_CERT_FILE', 'TLS_KEY_FILE'] as const) {
      expect(faults({ [name]: 'file.pem' })).to.deep.equal(['TLS_CERT_FILE and TLS_KEY_FILE: set both or neither']);
    }
  });

  it('treats empty and blank values as unset', () => {
    const blank = Object.fromEntries(settingNames.map((name, index) => [name, index % 2 ? '' : '  ']));
    expect(parseConfig(blank, blank)).to.deep.equal(parseConfig({}));
  });

  it('prefers the environment to .env, unless a variable is empty there', () => {
    const envFile = { PORT: '8001', APP_NAME: 'From the file', HOST: '::1' };
    const config = parseConfig({ PORT: '8002', APP_NAME: '' }, envFile);
    expect(config).to.include({ port: 8002, appName: 'From the file', host: '::1' });
  });

  it('rejects an unknown name in .env but not in the environment, nor those of PostgreSQL and Compose', () => {
    for (const name of ['PROT', 'port', 'toString']) {
      expect(faults({}, { [name]: '8001' })).to.deep.equal([
        `${name}: unknown setting in .env; .env.example lists all settings`,
      ]);
    }
    expect(parseConfig({ PROT: '8001' }).port).to.equal(8000);
    const envFile = { POSTGRES_PASSWORD: 'x', COMPOSE_PROJECT_NAME: 'x', PORT: '8001' };
    expect(parseConfig({}, envFile).port).to.equal(8001);
  });

  it('reports all errors at once, one line each', () => {
    expect(faults({ PORT: 'http', BCRYPT_COST: '3', DATABASE_URL: 'x' }, { PROT: '8001' })).to.have.members([
      'PROT: unknown setting in .env; .env.example lists all settings',
      'PORT: must be a whole number from 0 to 65535',
      'BCRYPT_COST: must be a whole number from 4 to 20',
      'DATABASE_URL: must look like postgresql://user:password@host:5432/database',
    ]);
  });

  it('requires in production what has no safe default', () => {
    expect(parseConfig(production)).to.include({ env: 'production', databaseUrl: database, secretKey: strongSecret });
    const { ENV, ...required } = production;
    expect(faults({ ENV })).to.have.members(Object.keys(required).map((name) => `${name}: must be set in production`));
    for (const name of Object.keys(required)) {
      expect(faults({ ...production, [name]: ' ' })).to.deep.equal([`${name}: must be set in production`]);
    }
  });

  it('rejects weak secrets in production only', () => {
    expect(parseConfig({ SECRET_KEY: 'change-me' }).secretKey).to.equal('change-me');
    const tooShort = 'must have 32 bytes or more in production; make one with: openssl rand -base64 48';
    for (const [secret, fault] of [
      ['change-me', 'must not be "change-me" in production'],
      [' change-me ', 'must not be "change-me" in production'],
      [strongSecret.slice(1), tooShort],
    ] as const) {
      expect(faults({ ...production, SECRET_KEY: secret })).to.deep.equal([`SECRET_KEY: ${fault}`]);
    }
    expect(parseConfig({ ...production, SECRET_KEY: 'ä'.repeat(16) }).secretKey).to.equal('ä'.repeat(16));
    const previous = 'p'.repeat(32);
    expect(parseConfig({ ...production, SECRET_KEY_PREVIOUS: previous }).previousSecretKey).to.equal(previous);
    expect(faults({ ...production, SECRET_KEY_PREVIOUS: 'short' })[0]).to.match(/^SECRET_KEY_PREVIOUS: must have 32/);
  });

  it('divides hashing threads and the queue among workers, with at least one each', () => {
    const hashing = { HASH_THREADS: '7', HASH_QUEUE_MAX: '50' };
    expect(parseConfig({ ...hashing, WORKERS: '3' }).hashing).to.include({ threads: 2, queueMax: 16 });
    expect(parseConfig({ ...hashing, WORKERS: '256' }).hashing).to.include({ threads: 1, queueMax: 1 });
  });

  it('never shows a secret or the database password in an error', () => {
    const refusals = [
      refusal({ ...production, SECRET_KEY: 'sesame' }),
      refusal({ DATABASE_URL: 'mysql://me:sesame@db/audit', SECRET_KEY: 'sesame', PORT: 'x' }),
      refusal({ ...production, SECRET_KEY: 'sesame', TLS_KEY_FILE: 'key.pem' }, { PORT: '1' }),
      refusal({}, { DATABASE_URL: 'postgresql:sesame@', SECRET_KEYS: 'sesame', PORT: 'x' }),
    ];
    for (const error of refusals) expect(inspect(error)).to.contain('ConfigError').and.not.to.contain('sesame');
  });
});

describe('readConfig', () => {
  const workingFolder = process.cwd();
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smart audit config '));
    process.chdir(folder);
  });
  afterEach(async () => {
    process.chdir(workingFolder);
    await rm(folder, { recursive: true });
  });

  it('reads .env with comments and quotes', async () => {
    await writeFile(
      '.env',
      '# the agent\nAPP_NAME="An Agent"\nDATA_FOLDER=data # here\nCORS_ORIGINS=["https://a.example"]\n',
    );
    const { appName, dataFolder, corsOrigins } = readConfig();
    expect({ appName, dataFolder, corsOrigins }).to.deep.equal({
      appName: 'An Agent',
      dataFolder: 'data',
      corsOrigins: ['https://a.example'],
    });
  });

  it('does not need an .env', () => {
    expect(readConfig().appName).to.equal('Smart Audit Agent');
  });

  it('reads any setting from the file that NAME_FILE names', async () => {
    await writeFile('secret', `${strongSecret}\n`);
    await writeFile('url', `${database}\r\n`);
    await writeFile('.env', 'DATABASE_URL_FILE=url\n');
    expect(parseConfig({ SECRET_KEY_FILE: 'secret' }).secretKey).to.equal(strongSecret);
    expect(readConfig().databaseUrl).to.equal(database);
    expect(parseConfig({ SECRET_KEY: 'wins' }, { SECRET_KEY_FILE: 'secret' }).secretKey).to.equal('wins');
    await writeFile('smtp', 'smtp://user:sesame@mail.example.com\n');
    expect(parseConfig({ SMTP_URL_FILE: 'smtp' }).mail.smtpUrl).to.equal('smtp://user:sesame@mail.example.com');
    const nowhere = Object.fromEntries(settingNames.map((name) => [`${name}_FILE`, 'nowhere']));
    expect(faults(nowhere)).to.have.length(settingNames.length);
  });

  it('reports a NAME_FILE that cannot be read, is empty, or is set together with NAME', async () => {
    await writeFile('secret', strongSecret);
    await writeFile('empty', '\n');
    expect(faults({ SECRET_KEY_FILE: 'nowhere' })[0]).to.match(/^SECRET_KEY_FILE: cannot be read \(ENOENT/);
    expect(faults({ ...production, SECRET_KEY: '', SECRET_KEY_FILE: 'empty' })).to.deep.equal([
      'SECRET_KEY: must be set in production',
    ]);
    expect(faults({ SECRET_KEY: strongSecret, SECRET_KEY_FILE: 'secret' })).to.deep.equal([
      'SECRET_KEY and SECRET_KEY_FILE: set only one of them',
    ]);
  });

  it('reports an unreadable .env', async () => {
    await mkdir('.env');
    expect(readConfig).to.throw(ConfigError, /^Invalid settings:\n\.env: cannot be read \(.+\)$/);
  });

  it('reports a misspelt name in .env', async () => {
    await writeFile('.env', 'APP_NAMES=Agent\n');
    expect(readConfig).to.throw(ConfigError, /^Invalid settings:\nAPP_NAMES: unknown setting in \.env/);
  });
});

describe('the documentation of the settings', () => {
  it('lists exactly the existing settings in .env.example', async () => {
    const text = await readFile('.env.example', 'utf8');
    expect(Array.from(text.matchAll(/^(?:# )?([A-Z][A-Z_]*)=/gm), ([, name]) => name)).to.have.members([
      ...settingNames,
    ]);
  });

  it('has an .env.example that contains the defaults', async () => {
    const workingCopy = Object.fromEntries(
      Array.from((await readFile('.env.example', 'utf8')).matchAll(/^([A-Z_]+)=(.*)$/gm), ([, name, value]) => [
        name!,
        value,
      ]),
    );
    expect(parseConfig({}, workingCopy)).to.deep.equal(parseConfig({}));
  });

  it('gives every setting a row in the README', async () => {
    const readme = await readFile('README.md', 'utf8');
    expect(settingNames.filter((name) => !readme.includes(`\n| \`${name}\` `))).to.deep.equal([]);
  });
});
