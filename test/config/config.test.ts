import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { inspect, parseEnv } from 'node:util';
import { expect } from 'chai';
import { ConfigError, parseConfig, readConfig, settingNames, type Config } from '../../src/config/config.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';

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

const day = 86_400_000;

type Read = (config: Config) => unknown;

const integers: [name: string, min: number, max: number, read: Read, unit?: number][] = [
  ['PORT', 0, 65_535, (config) => config.port],
  ['ACCESS_TOKEN_EXPIRE_MINUTES', 1, 1440, (config) => config.accessTokenExpireMinutes],
  ['SESSION_IDLE_DAYS', 1, 365, (config) => config.sessions.idleMs, day],
  ['SESSION_LIFETIME_DAYS', 1, 3650, (config) => config.sessions.lifetimeMs, day],
  ['UNPROVED_ACCOUNT_DAYS', 0, 3650, (config) => config.unprovedAccountMs, day],
  ['REFRESH_GRACE_SECONDS', 0, 3600, (config) => config.sessions.graceMs, 1000],
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
  ['SESSION_CACHE_SECONDS', 0, 3600, (config) => config.sessionCacheMs, 1000],
  ['KEEP_ALIVE_TIMEOUT_MS', 1000, 7_200_000, (config) => config.keepAliveTimeoutMs],
  ['METRICS_PORT', 0, 65_535, (config) => config.metricsPort],
];

/** Values that are accepted as they are, or as what follows them. */
const accepted: [name: string, read: Read, ...values: (string | [text: string, value: unknown])[]][] = [
  ['APP_NAME', (config) => config.appName, 'Auditor'],
  ['HOST', (config) => config.host, '::'],
  ['DATA_FOLDER', (config) => config.dataFolder, '/srv/my data'],
  ['SECRET_KEY', (config) => config.secretKey, ' kept with its spaces ', 'change-me'],
  ['ENV', (config) => config.env, 'development', 'test'],
  ['LOG_LEVEL', (config) => config.logLevel, 'debug', 'info', 'warning', 'error', 'critical'],
  ['RATE_LIMIT_FACTOR', (config) => config.rateLimitFactor, ['0', 0], ['0.25', 0.25], ['1000', 1000]],
  ['DATABASE_URL', (config) => config.databaseUrl, 'postgres://db/audit', database],
  ['REDIS_URL', (config) => config.redisUrl, 'redis://[::1]:6379', 'rediss://user:pass@cache.example.com:6380/2'],
  [
    'SMTP_URL',
    (config) => config.mail.smtpUrl,
    ...['smtp://mail', 'smtps://user:pass@mail.example.com:465', 'smtp://mail:25/?tls.rejectUnauthorized=false'],
  ],
  [
    'MAIL_FROM',
    (config) => config.mail.from,
    ['a@b', { name: '', address: 'a@b' }],
    ['Acme: Support <a@b.example>', { name: 'Acme: Support', address: 'a@b.example' }],
  ],
  ['FRONTEND_URL', (config) => config.mail.frontendUrl, ['https://a.example/app/', 'https://a.example/app']],
  [
    'PUBLIC_URL',
    (config) => config.publicUrl,
    ['https://API.example.com/', 'https://api.example.com'],
    ['https://example.com:8443/accounts/', 'https://example.com:8443/accounts'],
    ['http://localhost:8080/a/b~1_2.3-4', 'http://localhost:8080/a/b~1_2.3-4'],
    ['http://[::1]/x/../accounts', 'http://[::1]/accounts'],
  ],
  [
    'CORS_ORIGINS',
    (config) => config.corsOrigins,
    ['[]', []],
    ['["https://a.example", "http://localhost:5173"]', ['https://a.example', 'http://localhost:5173']],
    ['["http://[::1]:3000"]', ['http://[::1]:3000']],
  ],
  [
    'TRUST_PROXY',
    (config) => config.trustProxy,
    ['0', false],
    ['1', 1],
    [' 2 ', 2],
    ['loopback', ['loopback']],
    ['loopback, 10.0.0.0/8', ['loopback', '10.0.0.0/8']],
    ['192.0.2.7,2001:db8::/32,uniquelocal,linklocal', ['192.0.2.7', '2001:db8::/32', 'uniquelocal', 'linklocal']],
  ],
  ['npm_lifecycle_event', (config) => config.startedByNpm, ['start', true], ['test', false]],
];

const rejected: [name: string, rule: string, ...texts: string[]][] = [
  ['ENV', 'Value "staging" not in choices [development,test,production]', 'staging'],
  ['LOG_LEVEL', 'Value "warn" not in choices [debug,info,warning,error,critical]', 'warn'],
  ['RATE_LIMIT_FACTOR', 'must be a number, 0 or more', '-1', '.5', '1,5', '1e3', 'off'],
  [
    'DATABASE_URL',
    'must look like postgresql://user:password@host:5432/database',
    ...['mysql://me:sesame@db/audit', 'db.example.com:5432/audit', 'audit'],
  ],
  [
    'REDIS_URL',
    'must look like redis:',
    'cache:6379',
    'http://cache',
    'redis://',
    'redis://cache/one',
    'redis://c/1234567',
  ],
  ['SMTP_URL', 'has a password without a user', 'smtp://:sesame@mail'],
  ['SMTP_URL', 'has a host that cannot exist', 'smtp://mail%2Fone'],
  ['REDIS_URL', 'must not have options after a ?', 'rediss://cache/2?family=6', 'redis://cache?tls=false'],
  ['SMTP_URL', 'has the unknown option requiretls; the options are secure, requireTLS,', 'smtp://mail?requiretls=true'],
  ['SMTP_URL', 'must look like smtp:', 'mail.example.com', 'http://mail', 'smtp://', 'smtp://mail/one'],
  ['MAIL_FROM', 'must look like', 'nobody', 'a@b\r\nBcc: c@d', 'A <a@b> x'],
  [
    'PUBLIC_URL',
    'must look like https://example.com/accounts: http or https, without user, query and fragment, and with a path of letters,',
    ...[
      'example.com/accounts',
      '/accounts',
      'ftp://a',
      'https://a"b.example/x',
      'https://a/?x=1',
      'https://a/?',
      'https://a/#x',
      'https://me@a/',
    ],
    ...['https://:sesame@a/', 'https://a/b;c', 'https://a/b c', 'https://a/b%2Fc', 'https://a/bücher', 'https://a//b'],
  ],
  ['FRONTEND_URL', 'must look like', 'a.example', 'ftp://a', 'https://a.example/?x=1', 'https://a.example/#x'],
  ['FRONTEND_URL', 'must look like', 'https://a.example/?', 'https://me@a.example', 'https://:sesame@a.example'],
  [
    'CORS_ORIGINS',
    'must be a JSON list of origins such as ["https://app.example.com"], without paths or *',
    ...['https://app.example.com', '"https://app.example.com"', '{"0":"https://app.example.com"}', '*'],
    ...['["https://app.example.com/"]', '["https://app.example.com/login"]', '["https://*.example.com/"]'],
    ...['["*"]', '["app.example.com"]', '["null"]', '[42]'],
  ],
  [
    'TRUST_PROXY',
    'must be a number of proxies, or addresses and networks such as "loopback, 10.0.0.0/8"; not "true"',
    ...['true', 'false', '-1', '1.5', '*', 'loopback,', 'proxy.example.com'],
    ...['127.1', '010.0.0.1', '10.0.0.0/33', '0.0.0.0/0', '::/0', '10.0.0.0/255.0.0.0'],
  ],
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
      publicUrl: undefined,
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
      mail: {
        smtpUrl: undefined,
        from: { name: 'Smart Audit', address: 'no-reply@localhost' },
        frontendUrl: 'http://localhost:3000',
      },
      unprovedAccountMs: 30 * 86_400_000,
      guesses: { account: 10, address: 100 },
      breachedPasswordsUrl: undefined,
      corsOrigins: 'loopback',
      logLevel: 'info',
      trustProxy: false,
      database: { poolMax: 10, connectTimeoutMs: 5000, statementTimeoutMs: 10_000, acquireTimeoutMs: 10_000 },
      rateLimitFactor: 1,
      hashing: { cost: 12, threads: availableParallelism(), queueMax: 200 },
      tls: undefined,
      connectionsMax: 10_000,
      keepAliveTimeoutMs: 125_000,
      hsts: false,
      shutdownTimeoutMs: 10_000,
      startedByNpm: false,
      warnings: [],
    });
  });

  for (const [name, min, max, read, unit = 1] of integers) {
    it(`accepts ${name} from ${min} to ${max}, in digits`, () => {
      for (const text of [min, max, ` ${min} `]) {
        expect(read(parseConfig({ [name]: String(text) }))).to.equal(Number(text) * unit);
      }
      for (const wrong of [String(min - 1), String(max + 1), `${min}.5`, '1e3', '0x10', 'many', '٣', 'Infinity']) {
        expect(faults({ [name]: wrong }), wrong).to.deep.equal([
          `${name}: must be a whole number from ${min} to ${max}`,
        ]);
      }
    });
  }

  for (const [name, read, ...values] of accepted) {
    it(`accepts well-formed values of ${name}`, () => {
      for (const each of values) {
        const [text, value] = typeof each === 'string' ? [each, each] : each;
        expect(read(parseConfig({ [name]: text })), text).to.deep.equal(value);
      }
    });
  }

  for (const [name, rule, ...texts] of rejected) {
    it(`rejects malformed values of ${name}`, () => {
      for (const text of texts) {
        const [fault, ...more] = faults({ [name]: text });
        expect(fault, text).to.satisfy((line: string) => line.startsWith(`${name}: `) && line.includes(rule));
        expect(more).to.deep.equal([]);
      }
    });
  }

  for (const name of ['DATABASE_URL', 'MIGRATION_DATABASE_URL', 'SMTP_URL', 'REDIS_URL']) {
    it(`rejects a raw % in ${name}, which no client can decode`, () => {
      const scheme = { SMTP_URL: 'smtp', REDIS_URL: 'redis' }[name] ?? 'postgresql';
      for (const password of ['sesame%', 'se%same', '%e4']) {
        const [fault, ...more] = faults({ [name]: `${scheme}://ada:${password}@db.example.com` });
        expect(fault).to.match(new RegExp(`^${name}: has a % .*percent-encode special characters: % is %25`));
        expect(fault).not.to.contain('same');
        expect(more).to.deep.equal([]);
      }
      expect(parseConfig({ [name]: `${scheme}://ada:sesame%25@db.example.com` })).to.be.an('object');
    });
  }

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

  it('rejects unknown names in .env, except those of PostgreSQL and Compose, but not in the environment', () => {
    expect(faults({}, { toString: '8001', NODE_OPTIONS: 'x' })).to.deep.equal([
      'toString: unknown setting in .env; .env.example lists all settings',
      'NODE_OPTIONS: unknown setting in .env; .env.example lists all settings',
    ]);
    expect(parseConfig({ PROT: '8001', toString: 'x' })).to.deep.include({ port: 8000, warnings: [] });
    const envFile = { POSTGRES_PASSWORD: 'x', COMPOSE_PROJECT_NAME: 'x', PORT: '8001' };
    expect(parseConfig({}, envFile).port).to.equal(8001);
  });

  it('suggests what a typing error in .env may mean', () => {
    const errors = {
      ...{ PROT: 'PORT', port: 'PORT', DATABSE_URL: 'DATABASE_URL', SECRETKEY: 'SECRET_KEY', LOG_LVEL: 'LOG_LEVEL' },
      ...{ Mail_Form: 'MAIL_FROM', SECRET_KEY_FIEL: 'SECRET_KEY_FILE', SESSION_LIFTIME_DAYS: 'SESSION_LIFETIME_DAYS' },
    };
    for (const [name, meant] of Object.entries(errors)) {
      expect(faults({}, { [name]: 'x' })).to.deep.equal([`${name}: unknown setting in .env; did you mean ${meant}?`]);
    }
  });

  it('only warns of a name in the environment that is almost that of a setting', () => {
    const environment = { SIGNUP_MOD: 'verified', HOSTS: 'a', DATABASE_USER: 'b', SMTP_URL: '', POSTGRES_URL: 'c' };
    expect(parseConfig(environment).warnings).to.deep.equal([
      'SIGNUP_MOD in the environment is not a setting; did you mean SIGNUP_MODE?',
    ]);
  });

  it('reports all errors at once, one line each', () => {
    expect(faults({ PORT: 'http', BCRYPT_COST: '3', DATABASE_URL: 'x' }, { PROT: '8001' })).to.have.members([
      'PROT: unknown setting in .env; did you mean PORT?',
      'PORT: must be a whole number from 0 to 65535',
      'BCRYPT_COST: must be a whole number from 4 to 20',
      'DATABASE_URL: must look like postgresql://user:password@host:5432/database',
    ]);
  });

  it('allows local origins in development only, and a list that is set replaces them', () => {
    const list = { CORS_ORIGINS: '["https://a.example"]' };
    for (const settings of [{ ENV: 'test' }, production]) {
      expect(parseConfig(settings).corsOrigins).to.deep.equal(['http://localhost:3000']);
    }
    for (const settings of [{}, { ENV: 'development' }]) {
      expect(parseConfig(settings).corsOrigins).to.equal('loopback');
      expect(parseConfig({ ...settings, ...list }).corsOrigins).to.deep.equal(['https://a.example']);
    }
  });

  it('requires in production what has no safe default', () => {
    expect(parseConfig(production)).to.include({ env: 'production', databaseUrl: database, secretKey: strongSecret });
    const { ENV, ...required } = production;
    expect(faults({ ENV })).to.have.members(Object.keys(required).map((name) => `${name}: must be set in production`));
    for (const name of Object.keys(required)) {
      expect(faults({ ...production, [name]: ' ' })).to.deep.equal([`${name}: must be set in production`]);
    }
  });

  it('requires HTTPS of PUBLIC_URL in production', () => {
    const PUBLIC_URL = 'http://example.com/accounts';
    for (const text of [PUBLIC_URL, ` ${PUBLIC_URL}`]) {
      expect(faults({ ...production, PUBLIC_URL: text })[0]).to.match(/^PUBLIC_URL: must begin with https:/);
    }
    expect(parseConfig({ PUBLIC_URL }).publicUrl).to.equal(PUBLIC_URL);
    const secure = 'https://example.com/accounts';
    expect(parseConfig({ ...production, PUBLIC_URL: secure }).publicUrl).to.equal(secure);
  });

  it('rejects weak secrets in production only', () => {
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
  beforeEach(async () => process.chdir(await temporaryFolder('smart audit config')));
  afterEach(() => process.chdir(workingFolder));
  after(removeTemporaryFolders);

  it('reads .env with comments and quotes', async () => {
    await writeFile(
      '.env',
      '# the agent\nAPP_NAME="An Agent"\nDATA_FOLDER=data # here\nCORS_ORIGINS=["https://a.example"]\n',
    );
    const { appName, dataFolder, corsOrigins } = readConfig();
    expect([appName, dataFolder, corsOrigins]).to.deep.equal(['An Agent', 'data', ['https://a.example']]);
  });

  it('reads .env and a NAME_FILE in the encodings of Windows, with their byte order marks', async () => {
    for (const encoding of ['utf8', 'utf16le'] as const) {
      await writeFile('secret', `\uFEFF${strongSecret}\r\n`, encoding);
      await writeFile('.env', '\uFEFFAPP_NAME=Bücher\r\nSECRET_KEY_FILE=secret\r\n', encoding);
      expect(readConfig(), encoding).to.include({ appName: 'Bücher', secretKey: strongSecret });
    }
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

describe('.env.example', () => {
  it('lists every setting, with its default', async () => {
    const text = await readFile('.env.example', 'utf8');
    const names = Array.from(text.matchAll(/^(?:# )?([A-Z][A-Z_]*)=/gm), ([, name]) => name);
    expect(names).to.have.members([...settingNames]);
    expect(parseConfig({}, parseEnv(text))).to.deep.equal(parseConfig({}));
  });
});
