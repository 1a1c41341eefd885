import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { DatabaseError } from 'sequelize';
import { parseConfig } from '../../src/config/config.js';
import { DatabaseUnavailableError } from '../../src/errors.js';
import { createLogger, type Logger } from '../../src/observability/logger.js';
import type { LogLevel } from '../../src/config/settings.js';

/** What a logger of this level writes. */
function written(logLevel: LogLevel, write: (logger: Logger) => void): string {
  const destination = new PassThrough();
  write(createLogger({ env: 'production', logLevel }, destination));
  return (destination.read() as Buffer | null)?.toString('utf8') ?? '';
}

function lines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function writeOneOfEach(logger: Logger): void {
  logger.debug('1');
  logger.info('2');
  logger.warn('3');
  logger.error('4');
  logger.fatal('5');
}

describe('createLogger', () => {
  it('writes one JSON object a line, with the time in UTC, the fields and the message', () => {
    const text = written('info', (logger) => {
      logger.info({ user_id: 'u1' }, 'Signed in\nand more');
      logger.info('Stopped');
    });
    const [first, second, ...more] = lines(text);
    expect(first).to.have.all.keys('level', 'time', 'user_id', 'msg');
    expect(first).to.include({ level: 'info', user_id: 'u1', msg: 'Signed in\nand more' });
    expect(first!['time']).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(second).to.include({ level: 'info', msg: 'Stopped' });
    expect(more).to.deep.equal([]);
  });

  it('names its levels as LOG_LEVEL does, and omits what is below its level', () => {
    const levels = ['debug', 'info', 'warning', 'error', 'critical'] as const;
    for (const [index, level] of levels.entries()) {
      const said = lines(written(level, writeOneOfEach)).map((line) => line['level']);
      expect(said, level).to.deep.equal(levels.slice(index));
    }
  });

  const secrets = ['password', 'passwordHash', 'authorization', 'cookie', 'token', 'access_token', 'accessToken'];
  for (const name of [...secrets, 'refresh_token']) {
    it(`redacts fields named ${name}, nested ones too`, () => {
      const text = written('info', (logger) => {
        logger.info({ [name]: 'sesame', beside: 'kept' });
        logger.info({ request: { [name]: 'sesame' } });
        logger.info({ request: { headers: { [name]: 'sesame' } } });
      });
      expect(text).not.to.contain('sesame');
      expect(lines(text)[0]).to.include({ [name]: '[secret]', beside: 'kept' });
      expect(lines(text)).to.have.length(3);
    });
  }

  it('redacts the secrets of the settings', () => {
    const config = parseConfig({
      SECRET_KEY: `sesame${'k'.repeat(40)}`,
      SECRET_KEY_PREVIOUS: `sesame${'p'.repeat(40)}`,
      DATABASE_URL: 'postgresql://api:sesame@127.0.0.1/audit',
      MIGRATION_DATABASE_URL: 'postgresql://owner:sesame@127.0.0.1/audit',
      REDIS_URL: 'redis://:sesame@127.0.0.1',
      SMTP_URL: 'smtp://api:sesame@127.0.0.1',
    });
    expect(JSON.stringify(config).match(/sesame/g)).to.have.length(6);
    const text = written('info', (logger) => {
      logger.info(config);
      logger.info({ config });
    });
    expect(text).to.contain('[secret]').and.not.to.contain('sesame');
  });

  it('writes the type, the stack and the cause of an error', () => {
    const text = written('info', (logger) => {
      const cause = Object.assign(new Error('no route to host'), { code: 'EHOSTUNREACH' });
      logger.error({ err: new DatabaseUnavailableError(cause) }, 'Request failed');
      logger.error({ err: cause }, 'Request failed');
    });
    const [wrapped, bare] = lines(text).map(({ err }) => err as Record<string, string>);
    expect(wrapped).to.include({ type: 'DatabaseUnavailableError', code: 'database_unavailable' });
    expect(wrapped!['message']).to.contain('The database does not respond').and.contain('no route to host');
    expect(wrapped!['stack']).to.contain('logger.test.ts');
    expect(bare).to.include({ type: 'Error', message: 'no route to host', code: 'EHOSTUNREACH' });
  });

  it('omits the values of a failed statement', () => {
    const answer = Object.assign(new Error('canceling statement due to statement timeout'), {
      code: '57014',
      sql: "SELECT FROM users WHERE email = 'sesame@example.com'",
      parameters: ['sesame@example.com', 'bcrypt-hmac-sha256:$2b$12$sesame'],
      detail: 'Failing row contains (sesame@example.com, bcrypt-hmac-sha256:$2b$12$sesame).',
    });
    const text = written('info', (logger) => logger.error({ err: new DatabaseError(answer) }, 'Request failed'));
    expect(text).not.to.contain('sesame').and.not.to.contain('bcrypt');
    const { err } = lines(text)[0] as { err: object };
    expect(err).to.include({ message: 'canceling statement due to statement timeout', code: '57014' });
  });
});
